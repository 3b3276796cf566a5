-- A request of the visitor's, with its clock.
INSERT INTO portal_new_request (city_id, member_id, number_hash, kind, state, opened_at, due_on, remind_on, said_id)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(number_hash)s::bytea, %(kind)s::text, 'open', %(now)s::timestamptz, %(due_on)s::date,
        %(remind_on)s::date, %(words_id)s::bigint)
RETURNING id AS number
