-- Writes down what was done about a case.
INSERT INTO safety_event (city_id, case_id, at, staff_id, what)
VALUES (%(city_id)s::int, %(case_id)s::bigint, %(now)s::timestamptz, %(staff_id)s::bigint, %(what)s::text)
