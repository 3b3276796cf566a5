-- A new request with its clock, and the first line of its history.
WITH moved AS (
    INSERT INTO rights_request (city_id, member_id, number_hash, kind, state, opened_at, due_on, remind_on, said_id)
    VALUES (%(city_id)s::int, %(member_id)s::bigint, %(number_hash)s::bytea, %(kind)s::text, 'open', %(now)s::timestamptz,
            %(due_on)s::date, %(remind_on)s::date, %(words_id)s::bigint)
    RETURNING id AS thing_id
), event AS (
    /*include rights/add_event*/
)
SELECT moved.thing_id AS request_id FROM moved
