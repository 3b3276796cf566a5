-- Every wording of a template, the newest first: who asked, who decided, who ended it, and why.
SELECT version.id AS version_id, version.number::int AS edition, version.body, version.state, version.asked_by,
       coalesce(asker.alias, '') AS asker, version.asked_at, coalesce(decider.alias, '') AS decider, version.decided_at, version.why,
       coalesce(retirer.alias, '') AS retirer, version.retired_at, version.retired_why
  FROM outreach_version AS version
  LEFT JOIN org_staff AS asker ON asker.id = version.asked_by
  LEFT JOIN org_staff AS decider ON decider.id = version.decided_by
  LEFT JOIN org_staff AS retirer ON retirer.id = version.retired_by
 WHERE version.template_id = %(template_id)s::bigint
 ORDER BY version.number DESC
