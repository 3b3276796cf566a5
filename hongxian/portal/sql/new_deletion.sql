-- The visitor deletes everything; the request that it is remembered by.
INSERT INTO portal_new_deletion (city_id, member_id, kind, state, opened_at, due_on, remind_on, pressed)
VALUES (%(city_id)s::int, %(member_id)s::bigint, 'delete', 'open', %(now)s::timestamptz, %(due_on)s::date, %(remind_on)s::date, true)
RETURNING id AS number
