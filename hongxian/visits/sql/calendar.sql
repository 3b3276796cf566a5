-- A store's visits of some days. Whose they are stands there only for the consultant's own, while there is a ground; that is traced.
WITH shown AS (
    SELECT visit.*, CASE WHEN ground.member_id IS NOT NULL THEN visit.member_id END AS own_member_id
      FROM visits_visit AS visit
      LEFT JOIN (SELECT DISTINCT held.member_id FROM vault_ground AS held
                  WHERE held.city_id = %(city_id)s::int AND held.staff_id = %(staff_id)s::bigint AND held.kind IN ('claim', 'contract')
                    AND held.until > %(now)s::timestamptz) AS ground
             ON ground.member_id = visit.member_id AND visit.staff_id = %(staff_id)s::bigint
     WHERE visit.city_id = %(city_id)s::int AND visit.store_id = %(store_id)s::bigint
       AND visit.begins >= %(since)s::timestamptz AND visit.begins < %(until)s::timestamptz AND visit.state <> 'cancelled'
     ORDER BY visit.begins, visit.id
     LIMIT %(most)s::int
), seen AS (
    SELECT shown.own_member_id AS member_id FROM shown WHERE shown.own_member_id IS NOT NULL
), trace AS (
    /*include audit/add_trace*/
)
SELECT shown.city_id, shown.id AS visit_id, shown.room_id, shown.staff_id, shown.team_id, staff.alias, shown.begins, shown.ends, shown.state,
       shown.own_member_id AS member_id
  FROM shown
  JOIN org_staff AS staff ON staff.id = shown.staff_id
 ORDER BY shown.begins, shown.id
