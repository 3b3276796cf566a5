-- The stores of one city, or of the whole company for somebody without a record; to choose from in a complaint.
SELECT store.id AS store_id, store.name, store.name_en, city.name AS city_name, city.name_en AS city_name_en
  FROM portal_store AS store
  JOIN portal_city AS city ON city.id = store.city_id
 WHERE %(city_id)s::int IS NULL OR store.city_id = %(city_id)s::int
 ORDER BY city.code, store.code
