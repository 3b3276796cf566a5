-- The first open room of a store that is free in a span of time.
SELECT room.id AS room_id
  FROM visits_room AS room
 WHERE room.city_id = %(city_id)s::int AND room.store_id = %(store_id)s::bigint AND room.open
   AND NOT EXISTS (SELECT FROM visits_visit AS visit
                    WHERE visit.city_id = %(city_id)s::int AND visit.room_id = room.id
                      AND visit.state IN ('booked', 'confirmed', 'arrived')
                      AND tstzrange(visit.begins, visit.ends) && tstzrange(%(begins)s::timestamptz, %(ends)s::timestamptz))
 ORDER BY room.id
 LIMIT 1
