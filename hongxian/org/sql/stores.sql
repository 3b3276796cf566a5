-- Every active store.
SELECT store.id AS store_id, store.code, store.name, store.name_en, store.city_id, city.code AS city_code, city.name AS city_name
  FROM org_store AS store JOIN org_city AS city ON city.id = store.city_id
 WHERE store.active
 ORDER BY store.code
