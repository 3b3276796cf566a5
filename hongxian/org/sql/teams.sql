-- The teams of every active store, or of one.
SELECT team.id AS team_id, team.name AS team_name, store.id AS store_id, store.code AS store_code, store.name AS store_name,
       store.name_en AS store_name_en, store.city_id
  FROM org_store AS store
  JOIN org_team AS team ON team.store_id = store.id
 WHERE store.active AND (%(store_id)s::bigint IS NULL OR store.id = %(store_id)s::bigint)
 ORDER BY store.code, team.name
