-- A member's visits, the one ahead first, then the newest; that they were looked at is traced in the same breath.
WITH shown AS (
    SELECT visit.* FROM visits_visit AS visit
     WHERE visit.city_id = %(city_id)s::int AND visit.member_id = %(member_id)s::bigint
     ORDER BY (visit.state IN ('booked', 'confirmed')) DESC, visit.begins DESC
     LIMIT %(most)s::int
), seen AS (
    SELECT DISTINCT shown.member_id FROM shown
), trace AS (
    /*include audit/add_trace*/
)
SELECT shown.id AS visit_id, room.name AS room_name, shown.staff_id, staff.alias, shown.begins, shown.ends, shown.state
  FROM shown
  JOIN visits_room AS room ON room.city_id = %(city_id)s::int AND room.id = shown.room_id
  JOIN org_staff AS staff ON staff.id = shown.staff_id
 ORDER BY (shown.state IN ('booked', 'confirmed')) DESC, shown.begins DESC
