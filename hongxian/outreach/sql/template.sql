-- One template.
SELECT template.id AS template_id, template.name, template.kind, template.uses, template.made_at, coalesce(staff.alias, '') AS maker
  FROM outreach_template AS template
  LEFT JOIN org_staff AS staff ON staff.id = template.made_by
 WHERE template.id = %(template_id)s::bigint
