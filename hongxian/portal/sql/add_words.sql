-- The visitor's words, sealed; their key comes with the next statement, add_words_key.
INSERT INTO portal_new_words (city_id, member_id, held, words, store_id, sealed_at)
VALUES (%(city_id)s::int, %(subject)s::bigint, ARRAY[%(field)s::text], %(words)s::bytea, %(store_id)s::bigint, %(now)s::timestamptz)
RETURNING id AS number
