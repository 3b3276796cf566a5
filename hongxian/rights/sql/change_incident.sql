-- Other people are looked for; the count of before no longer holds.
UPDATE rights_incident AS incident
   SET begins_at = %(begins_at)s::timestamptz, ends_at = %(ends_at)s::timestamptz, staff_id = %(staff_id)s::bigint,
       store_id = %(store_id)s::bigint, process = %(process)s::text, listed = %(listed)s::jsonb, listed_fields = %(listed_fields)s::text[],
       asked_at = %(now)s::timestamptz
 WHERE incident.id = %(incident_id)s::bigint
RETURNING incident.id AS incident_id
