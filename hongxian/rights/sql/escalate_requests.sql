-- Requests of a city whose last day has passed go up to headquarters, once.
WITH moved AS (
    UPDATE rights_request AS request SET escalated_at = %(now)s::timestamptz
     WHERE request.city_id = %(city_id)s::int AND request.state IN ('open', 'working') AND request.due_on < %(today)s::date
       AND request.escalated_at IS NULL
    RETURNING request.id AS thing_id
)
/*include rights/add_event*/
