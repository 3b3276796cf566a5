-- Takes a store's rooms: bookings of one store go one after the other, so that two of them never wait for each other.
SELECT room.id AS room_id, room.open
  FROM visits_room AS room
 WHERE room.city_id = %(city_id)s::int AND room.store_id = %(store_id)s::bigint
 ORDER BY room.id
   FOR NO KEY UPDATE
