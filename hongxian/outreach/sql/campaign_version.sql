-- A wording that campaigns may use now: approved, and its template is meant for them.
SELECT version.id AS version_id, template.name, template.kind, version.body
  FROM outreach_version AS version JOIN outreach_template AS template ON template.id = version.template_id
 WHERE version.id = %(version_id)s::bigint AND version.state = 'approved' AND 'campaign' = ANY (template.uses)
