-- A line in the history of a request or complaint that is the visitor's own.
INSERT INTO portal_new_event (city_id, thing, thing_id, at, who, what, words_id)
VALUES (%(city_id)s::int, %(thing)s::text, %(thing_id)s::bigint, %(now)s::timestamptz, 'person', %(what)s::text, %(words_id)s::bigint)
