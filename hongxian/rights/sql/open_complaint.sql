-- A new complaint, and the first line of its history.
WITH moved AS (
    INSERT INTO rights_complaint (city_id, member_id, number_hash, about, store_id, staff_alias, opened_at, said_id)
    VALUES (%(city_id)s::int, %(member_id)s::bigint, %(number_hash)s::bytea, %(about)s::text, %(store_id)s::bigint, %(staff_alias)s::text,
            %(now)s::timestamptz, %(words_id)s::bigint)
    RETURNING id AS thing_id
), event AS (
    /*include rights/add_event*/
)
SELECT moved.thing_id AS complaint_id FROM moved
