-- Somebody begins to work on a request; who took it first stays.
WITH moved AS (
    UPDATE rights_request AS request SET state = 'working', handled_by = %(staff_id)s::bigint
     WHERE request.city_id = %(city_id)s::int AND request.id = %(thing_id)s::bigint AND request.state = 'open'
    RETURNING request.id AS thing_id
)
/*include rights/add_event*/
