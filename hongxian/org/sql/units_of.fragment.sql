-- Every unit of one kind: of the four parts only that kind's is read.
(SELECT city.id::bigint AS id, city.name, city.name_en, city.id AS city_id, NULL::bigint AS store_id, NULL::bigint AS team_id,
        true AS live, city.code AS place
   FROM org_city AS city WHERE %(kind)s::text = 'city'
  UNION ALL
 SELECT store.id, store.name, store.name_en, store.city_id, store.id, NULL, store.active, store.code
   FROM org_store AS store WHERE %(kind)s::text = 'store'
  UNION ALL
 SELECT team.id, store.name || ' ' || team.name, store.name_en || ' ' || team.name, store.city_id, store.id, team.id,
        store.active, store.code || team.name
   FROM org_team AS team JOIN org_store AS store ON store.id = team.store_id WHERE %(kind)s::text = 'team'
  UNION ALL
 SELECT staff.id, staff.alias || ' ' || staff.employee_no, staff.alias || ' ' || staff.employee_no, staff.city_id,
        staff.store_id, staff.team_id, staff.active AND staff.role = 'consultant', staff.employee_no
   FROM org_staff AS staff WHERE %(kind)s::text = 'consultant')
