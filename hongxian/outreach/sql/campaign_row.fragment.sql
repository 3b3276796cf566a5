SELECT campaign.city_id, campaign.id AS campaign_id, campaign.store_id, campaign.team_id, store.code AS store_code, store.name AS store_name, campaign.name, campaign.audience,
       campaign.filters, campaign.variables, campaign.version_id, template.name AS template, template.kind, version.body, campaign.state,
       campaign.asked_by, campaign.asked_role, asker.alias AS asker, campaign.asked_at, campaign.why,
       coalesce(decider.alias, '') AS decider, campaign.decided_at, campaign.decided_why, campaign.planning_at, campaign.walked,
       campaign.planned_at, campaign.ended_at
  FROM outreach_campaign AS campaign
  JOIN org_store AS store ON store.id = campaign.store_id
  JOIN org_staff AS asker ON asker.id = campaign.asked_by
  JOIN outreach_version AS version ON version.id = campaign.version_id
  JOIN outreach_template AS template ON template.id = version.template_id
  LEFT JOIN org_staff AS decider ON decider.id = campaign.decided_by
