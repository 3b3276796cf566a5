-- A suspicion about somebody who works here: joins the case that is open about them, or opens one. Who is looking at it comes back.
INSERT INTO safety_case (city_id, about, staff_id, kind, state, opened_at, reports, subject)
VALUES (%(city_id)s::int, 'staff', %(staff_id)s::bigint, %(kind)s::text, 'open', %(hour)s::timestamptz, 1, %(subject)s::bigint)
ON CONFLICT (city_id, staff_id) WHERE staff_id IS NOT NULL AND NOT (state = 'closed')
   DO UPDATE SET reports = least(safety_case.reports + 1, 30000)
RETURNING id AS case_id, taken_by
