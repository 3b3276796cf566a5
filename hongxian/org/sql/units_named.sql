-- Units of one kind by their numbers; closed ones, too.
SELECT unit.id, unit.name, unit.name_en, unit.city_id, unit.store_id, unit.team_id
  FROM /*include org/units_of*/ AS unit
 WHERE unit.id = ANY (%(ids)s::bigint[])
 ORDER BY unit.place
