-- A new incident: what happened, and whom to look for.
INSERT INTO rights_incident (kind, discovered_at, begins_at, ends_at, staff_id, store_id, process, listed, listed_fields, opened_at,
                             opened_by, asked_at)
VALUES (%(kind)s::text, %(discovered_at)s::timestamptz, %(begins_at)s::timestamptz, %(ends_at)s::timestamptz, %(staff_id)s::bigint,
        %(store_id)s::bigint, %(process)s::text, %(listed)s::jsonb, %(listed_fields)s::text[], %(now)s::timestamptz, %(staff)s::bigint, %(now)s::timestamptz)
RETURNING id AS incident_id
