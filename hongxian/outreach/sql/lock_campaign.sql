-- One campaign, held until the transaction ends: whoever changes it, plans it or stops it takes this first.
SELECT campaign.id AS campaign_id, campaign.store_id, campaign.team_id, campaign.audience, campaign.filters, campaign.variables, campaign.version_id,
       campaign.state, campaign.asked_by, campaign.asked_role, campaign.asked_at, campaign.planning_at, campaign.walked_to, campaign.walked,
       campaign.planned_at
  FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.id = %(campaign_id)s::bigint
   FOR UPDATE
