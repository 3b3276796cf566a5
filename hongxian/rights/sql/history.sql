-- What happened to a request or a complaint, in order.
SELECT event.id AS event_id, event.at, event.who, coalesce(staff.alias, '') AS alias, coalesce(staff.role, '') AS role, event.what,
       event.words_id
  FROM rights_event AS event
  LEFT JOIN org_staff AS staff ON staff.id = event.staff_id
 WHERE event.city_id = %(city_id)s::int AND event.thing = %(thing)s::text AND event.thing_id = %(thing_id)s::bigint
 ORDER BY event.id
