-- Counts contacts refused over a cap, and rests that began, into their consultants' hour and day, one row after the other in their order.
INSERT INTO outreach_tally AS tally (city_id, staff_id, span, begins, store_id, team_id, calls, connects, no_answers, interested,
                                     visits, refusals, cap_hits, rests)
SELECT %(city_id)s::int, staff.id, span.name, span.begins, coalesce(staff.store_id, 0), coalesce(staff.team_id, 0),
       0, 0, 0, 0, 0, 0, more.cap_hits, more.rests
  FROM unnest(%(staff_ids)s::bigint[], %(cap_hits)s::int[], %(rests)s::int[]) AS more (staff_id, cap_hits, rests)
  JOIN org_staff AS staff ON staff.id = more.staff_id
 CROSS JOIN (VALUES ('day', %(day)s::timestamptz), ('hour', %(hour)s::timestamptz)) AS span (name, begins)
 ORDER BY staff.id, span.name
    ON CONFLICT (city_id, staff_id, span, begins) DO UPDATE
   SET cap_hits = tally.cap_hits + excluded.cap_hits, rests = tally.rests + excluded.rests
