-- The rooms of a store, those in use first.
SELECT room.id AS room_id, room.name, room.open
  FROM visits_room AS room
 WHERE room.city_id = %(city_id)s::int AND room.store_id = %(store_id)s::bigint
 ORDER BY room.open DESC, room.id
