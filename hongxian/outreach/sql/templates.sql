-- Every template, with the wording in use and the one that waits for its decision; those with one waiting come first.
SELECT template.id AS template_id, template.name, template.kind, template.uses, template.made_at,
       approved.id AS approved_id, coalesce(approved.number, 0)::int AS approved_number, coalesce(approved.body, '') AS body,
       asked.id AS asked_id, coalesce(asked.number, 0)::int AS asked_number, asked.asked_at, coalesce(staff.alias, '') AS asker
  FROM outreach_template AS template
  LEFT JOIN outreach_version AS approved ON approved.template_id = template.id AND approved.state = 'approved'
  LEFT JOIN LATERAL (SELECT each.* FROM outreach_version AS each
                      WHERE each.template_id = template.id AND each.state = 'asked'
                      ORDER BY each.number DESC LIMIT 1) AS asked ON true
  LEFT JOIN org_staff AS staff ON staff.id = asked.asked_by
 ORDER BY asked.id IS NULL, approved.id IS NULL, template.kind DESC, template.id
