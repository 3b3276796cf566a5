-- The wordings in use, all or one, for one use or any: what may be sent today.
SELECT version.id AS version_id, template.id AS template_id, template.name, template.kind, template.uses, version.number::int AS edition,
       version.body
  FROM outreach_version AS version
  JOIN outreach_template AS template ON template.id = version.template_id
 WHERE version.state = 'approved' AND (%(use)s::text = '' OR %(use)s::text = ANY (template.uses))
   AND (%(version_id)s::bigint IS NULL OR version.id = %(version_id)s::bigint)
 ORDER BY template.kind DESC, template.id
