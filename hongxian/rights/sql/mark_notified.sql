-- The people concerned are told: they see the notice from now on.
UPDATE rights_incident AS incident SET notified_at = coalesce(incident.notified_at, %(now)s::timestamptz)
 WHERE incident.id = %(incident_id)s::bigint
RETURNING incident.id AS incident_id
