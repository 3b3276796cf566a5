-- The wordings that campaigns may use now.
SELECT version.id AS version_id, template.name, template.kind, version.body
  FROM outreach_version AS version JOIN outreach_template AS template ON template.id = version.template_id
 WHERE version.state = 'approved' AND 'campaign' = ANY (template.uses)
 ORDER BY template.kind DESC, template.name
