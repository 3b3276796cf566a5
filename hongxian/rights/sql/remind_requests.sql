-- Requests of a city whose time is nearly up are marked once, with a line in their history.
WITH moved AS (
    UPDATE rights_request AS request SET reminded_at = %(now)s::timestamptz
     WHERE request.city_id = %(city_id)s::int AND request.state IN ('open', 'working') AND request.remind_on <= %(today)s::date
       AND request.reminded_at IS NULL
    RETURNING request.id AS thing_id
)
/*include rights/add_event*/
