-- Visits of which nobody has said by now whether the member came: they count as not come, by the system's word.
UPDATE visits_visit AS visit
   SET state = 'no_show', settled_at = %(now)s::timestamptz, settled_by = 0
 WHERE visit.city_id = %(city_id)s::int AND visit.state IN ('booked', 'confirmed') AND visit.ends < %(before)s::timestamptz
