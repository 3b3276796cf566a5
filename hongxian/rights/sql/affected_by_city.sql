-- How many people an incident touches, by city.
SELECT affected.city_id, coalesce(city.code, '') AS city_code, coalesce(city.name, '') AS city_name, coalesce(city.name_en, '') AS city_name_en,
       count(*)::int AS people, sum(affected.reads)::int AS reads
  FROM rights_affected AS affected
  LEFT JOIN org_city AS city ON city.id = affected.city_id
 WHERE affected.incident_id = %(incident_id)s::bigint
 GROUP BY affected.city_id, city.code, city.name, city.name_en
 ORDER BY people DESC, affected.city_id
