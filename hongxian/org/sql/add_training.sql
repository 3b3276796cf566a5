-- A training passed.
INSERT INTO org_training (staff_id, course, passed_at, valid_until, score)
VALUES (%(staff_id)s::bigint, %(course)s::text, %(now)s::timestamptz, %(valid_until)s::date, %(score)s::smallint)
