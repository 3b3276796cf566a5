-- A suspicion about somebody who is no record here: a case of its own.
INSERT INTO safety_case (city_id, about, kind, state, opened_at, reports, subject)
VALUES (%(city_id)s::int, 'other', %(kind)s::text, 'open', %(hour)s::timestamptz, 1, %(subject)s::bigint)
RETURNING id AS case_id, taken_by
