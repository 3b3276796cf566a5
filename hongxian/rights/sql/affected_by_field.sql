-- Of how many people each field was seen in an incident.
SELECT field.name AS field, count(*)::int AS people
  FROM rights_affected AS affected
 CROSS JOIN unnest(affected.fields) AS field (name)
 WHERE affected.incident_id = %(incident_id)s::bigint
 GROUP BY field.name
 ORDER BY people DESC, field.name
