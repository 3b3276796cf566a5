-- The reshuffles of every city since a month, the newest first; counts only.
SELECT walk.city_id, city.name AS city_name, city.name_en AS city_name_en, walk.month, walk.run, walk.started_at, walk.ended_at,
       walk.walked, walk.moved, walk.regraded, walk.left_out, walk.why, coalesce(staff.alias, '') AS by_alias
  FROM pools_reshuffle AS walk
  JOIN org_city AS city ON city.id = walk.city_id
  LEFT JOIN org_staff AS staff ON staff.id = walk.by_staff_id
 WHERE walk.month >= %(since)s::date
 ORDER BY walk.started_at DESC, walk.city_id
 LIMIT 200
