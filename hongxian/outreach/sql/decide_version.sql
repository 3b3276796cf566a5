-- Another person's yes or no to a wording that was asked for.
UPDATE outreach_version AS version
   SET state = %(state)s::text, decided_by = %(staff_id)s::bigint, decided_at = %(now)s::timestamptz, why = %(why)s::text
 WHERE version.id = %(version_id)s::bigint AND version.state = 'asked'
