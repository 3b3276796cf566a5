-- Units of the company by kind: those with these numbers, or the ones at work in a city, store or team.
SELECT unit.id, unit.name, unit.name_en, unit.city_id, unit.store_id, unit.team_id
  FROM (SELECT 'city' AS kind, city.id::bigint AS id, city.name, city.name_en, city.id AS city_id, NULL::bigint AS store_id,
               NULL::bigint AS team_id, true AS live, city.code AS place
          FROM org_city AS city
         UNION ALL
        SELECT 'store', store.id, store.name, store.name_en, store.city_id, store.id, NULL, store.active, store.code
          FROM org_store AS store
         UNION ALL
        SELECT 'team', team.id, store.name || ' ' || team.name, store.name_en || ' ' || team.name, store.city_id, store.id, team.id,
               store.active, store.code || team.name
          FROM org_team AS team JOIN org_store AS store ON store.id = team.store_id
         UNION ALL
        SELECT 'consultant', staff.id, staff.alias || ' ' || staff.employee_no, staff.alias || ' ' || staff.employee_no, staff.city_id,
               staff.store_id, staff.team_id, staff.active AND staff.role = 'consultant', staff.employee_no
          FROM org_staff AS staff) AS unit
 WHERE unit.kind = %(kind)s::text
   AND CASE WHEN %(ids)s::bigint[] IS NOT NULL THEN unit.id = ANY (%(ids)s::bigint[])
            ELSE unit.live AND (%(city_id)s::int IS NULL OR unit.city_id = %(city_id)s::int)
             AND (%(store_id)s::bigint IS NULL OR unit.store_id = %(store_id)s::bigint)
             AND (%(team_id)s::bigint IS NULL OR unit.team_id = %(team_id)s::bigint) END
 ORDER BY unit.place
