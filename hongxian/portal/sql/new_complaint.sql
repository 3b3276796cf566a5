-- A complaint of the visitor's.
INSERT INTO portal_new_complaint (city_id, member_id, number_hash, about, store_id, staff_alias, opened_at, said_id)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(number_hash)s::bytea, %(about)s::text, %(store_id)s::bigint, %(staff_alias)s::text,
        %(now)s::timestamptz, %(words_id)s::bigint)
RETURNING id AS number
