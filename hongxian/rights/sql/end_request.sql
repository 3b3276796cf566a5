-- The answer to a request: done, or refused with its reason and where to complain.
WITH moved AS (
    UPDATE rights_request AS request
       SET state = %(state)s::text, handled_by = %(staff_id)s::bigint, answered_at = %(now)s::timestamptz, answer_id = %(words_id)s::bigint,
           refusal_reason = %(refusal_reason)s::text, complaint_route = %(complaint_route)s::text
     WHERE request.city_id = %(city_id)s::int AND request.id = %(thing_id)s::bigint AND request.state IN ('open', 'working')
    RETURNING request.id AS thing_id
)
/*include rights/add_event*/
