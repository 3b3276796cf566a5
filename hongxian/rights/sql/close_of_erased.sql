-- What an erased member asked is closed: they are gone, and so are its words.
WITH moved AS (
    UPDATE rights_request AS request
       SET state = 'done', handled_by = coalesce(request.handled_by, 0), answered_at = %(now)s::timestamptz, answer_id = 0
     WHERE request.city_id = %(city_id)s::int AND request.member_id = %(member_id)s::bigint AND request.state IN ('open', 'working')
    RETURNING request.id AS thing_id
)
/*include rights/add_event*/
