-- The visitor's words, sealed, with their wrapped key.
INSERT INTO portal_new_words (city_id, member_id, held, words, store_id, sealed_at)
VALUES (%(city_id)s::int, %(subject)s::bigint, ARRAY[%(field)s::text], %(words)s::bytea, %(store_id)s::bigint, %(now)s::timestamptz)
RETURNING id AS number
