-- The active staff of a team, a store, or the one named; with their training and tier.
SELECT staff.id AS staff_id, staff.alias, staff.role, staff.city_id, staff.store_id, staff.team_id, coalesce(team.name, '') AS team_name,
       staff.tier, staff.active,
       EXISTS (SELECT FROM org_training AS training
                WHERE training.staff_id = staff.id AND training.valid_until >= %(today)s::date) AS trained
  FROM org_staff AS staff
  LEFT JOIN org_team AS team ON team.id = staff.team_id
 WHERE staff.active AND staff.role = 'consultant'
   AND (staff.team_id = %(team_id)s::bigint OR staff.store_id = %(store_id)s::bigint OR staff.id = %(staff_id)s::bigint)
 ORDER BY team.name, staff.tier, staff.employee_no
