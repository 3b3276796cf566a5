-- The worker has counted whom an incident touches, as it stood at this moment.
UPDATE rights_incident AS incident SET counted_at = %(now)s::timestamptz
 WHERE incident.id = %(incident_id)s::bigint
RETURNING incident.id AS incident_id
