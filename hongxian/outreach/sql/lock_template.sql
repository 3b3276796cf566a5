-- Holds a template until the transaction ends, and says whether a wording of it waits for its decision.
SELECT template.id, template.name, template.kind, template.uses,
       EXISTS (SELECT FROM outreach_version AS version
                WHERE version.template_id = template.id AND version.state = 'asked') AS waits
  FROM outreach_template AS template
 WHERE template.id = %(template_id)s::bigint
   FOR UPDATE OF template
