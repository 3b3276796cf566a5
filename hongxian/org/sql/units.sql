-- Units of the company by kind that are at work in a city, store or team.
SELECT unit.id, unit.name, unit.name_en, unit.city_id, unit.store_id, unit.team_id
  FROM /*include org/units_of*/ AS unit
 WHERE unit.live AND (%(city_id)s::int IS NULL OR unit.city_id = %(city_id)s::int)
   AND (%(store_id)s::bigint IS NULL OR unit.store_id = %(store_id)s::bigint)
   AND (%(team_id)s::bigint IS NULL OR unit.team_id = %(team_id)s::bigint)
 ORDER BY unit.place
