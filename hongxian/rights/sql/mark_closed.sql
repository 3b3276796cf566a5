-- The incident is over, from this moment.
UPDATE rights_incident AS incident SET closed_at = coalesce(incident.closed_at, %(now)s::timestamptz)
 WHERE incident.id = %(incident_id)s::bigint
RETURNING incident.id AS incident_id
