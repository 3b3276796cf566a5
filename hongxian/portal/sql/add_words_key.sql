-- The key of the visitor's words, wrapped to the keeper.
INSERT INTO portal_new_words_key (city_id, envelope_id, member_id, kek_id, wrapped)
VALUES (%(city_id)s::int, %(envelope_id)s::bigint, %(subject)s::bigint, %(kek_id)s::smallint, %(wrapped)s::bytea)
