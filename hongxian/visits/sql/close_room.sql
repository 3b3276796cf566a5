-- A room is closed, unless somebody is still to come into it.
UPDATE visits_room AS room SET open = false
 WHERE room.city_id = %(city_id)s::int AND room.store_id = %(store_id)s::bigint AND room.id = %(room_id)s::bigint AND room.open
   AND NOT EXISTS (SELECT FROM visits_visit AS visit
                    WHERE visit.city_id = %(city_id)s::int AND visit.room_id = room.id AND visit.state IN ('booked', 'confirmed'))
