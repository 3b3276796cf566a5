-- What a text says and what it may be sent for.
SELECT version.id AS version_id, version.state, version.body, template.kind, template.uses
  FROM outreach_version AS version JOIN outreach_template AS template ON template.id = version.template_id
 WHERE version.id = %(version_id)s::bigint
