-- Ends the wording of a template that is in use; there is one at most.
UPDATE outreach_version AS version
   SET state = 'retired', retired_by = %(staff_id)s::bigint, retired_at = %(now)s::timestamptz, retired_why = %(why)s::text
 WHERE version.template_id = %(template_id)s::bigint AND version.state = 'approved'
RETURNING version.id
