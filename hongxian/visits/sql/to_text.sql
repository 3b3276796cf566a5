-- Visits ahead that were booked lately, for their confirming texts; the texts' own keys tell which have been queued.
SELECT visit.id AS visit_id, visit.member_id, visit.staff_id, visit.begins
  FROM visits_visit AS visit
 WHERE visit.city_id = %(city_id)s::int AND visit.state IN ('booked', 'confirmed')
   AND visit.booked_at > %(since)s::timestamptz AND visit.begins > %(now)s::timestamptz
 ORDER BY visit.id
 LIMIT %(most)s::int
