-- Drops an earlier count of an incident, as long as nobody was told on its strength.
DELETE FROM rights_affected AS affected USING rights_incident AS incident
 WHERE affected.city_id = %(city_id)s::int AND affected.incident_id = %(incident_id)s::bigint
   AND incident.id = affected.incident_id AND incident.notified_at IS NULL
