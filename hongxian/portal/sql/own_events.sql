-- The history of one request or complaint of the visitor's.
SELECT event.at, event.who, coalesce(staff.alias, '') AS alias, coalesce(staff.role, '') AS role, event.what, event.words_id
  FROM portal_own_event AS event
  LEFT JOIN portal_staff AS staff ON staff.id = event.staff_id
 WHERE event.city_id = %(city_id)s::int AND event.thing = %(thing)s::text AND event.thing_id = %(number)s::bigint
 ORDER BY event.id
