-- A room is opened; one with the same name that was closed is opened again.
INSERT INTO visits_room (city_id, store_id, name, open, made_at)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(name)s::text, true, %(now)s::timestamptz)
ON CONFLICT (city_id, store_id, name) DO UPDATE SET open = true
RETURNING id AS room_id
