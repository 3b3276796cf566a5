-- The report went to the authority, at this moment.
UPDATE rights_incident AS incident SET reported_at = coalesce(incident.reported_at, %(now)s::timestamptz)
 WHERE incident.id = %(incident_id)s::bigint
RETURNING incident.id AS incident_id
