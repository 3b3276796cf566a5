-- One employee, by number of record or by employee number.
SELECT staff.id AS staff_id, staff.employee_no, staff.alias, staff.role, coalesce(store.city_id, 0) AS city_id, staff.store_id,
       coalesce(store.code, '') AS store_code, coalesce(store.name, '') AS store_name, coalesce(store.name_en, '') AS store_name_en,
       staff.team_id, coalesce(team.name, '') AS team_name, coalesce(staff.tier, '') AS tier, staff.active, staff.left_on,
       EXISTS (SELECT FROM org_training AS training
                WHERE training.staff_id = staff.id AND training.valid_until >= %(today)s::date) AS trained,
       coalesce(staff.extension, '') AS extension
  FROM org_staff AS staff
  LEFT JOIN org_store AS store ON store.id = staff.store_id
  LEFT JOIN org_team AS team ON team.id = staff.team_id
 WHERE staff.id = %(staff_id)s::bigint OR staff.employee_no = %(employee_no)s::text
