-- Every city.
SELECT city.id AS city_id, city.code, city.name, city.name_en, city.timezone FROM org_city AS city ORDER BY city.id
