-- Cases that were closed before a day and have been kept long enough.
SELECT matter.id AS case_id, matter.subject FROM safety_case AS matter
 WHERE matter.city_id = %(city_id)s::int AND matter.state = 'closed' AND matter.closed_at < %(before)s::timestamptz
 ORDER BY matter.id
 LIMIT %(most)s::int
