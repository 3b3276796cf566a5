-- What was done about a case, the newest first.
SELECT event.at, coalesce(staff.alias, '') AS alias, event.what
  FROM safety_event AS event
  LEFT JOIN org_staff AS staff ON staff.id = event.staff_id
 WHERE event.city_id = %(city_id)s::int AND event.case_id = %(case_id)s::bigint
 ORDER BY event.id DESC
