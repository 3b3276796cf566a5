-- One batch of a campaign's plan is done; after the last one it is sent.
UPDATE outreach_campaign AS campaign
   SET state = CASE WHEN %(last)s::bool THEN 'sending' ELSE 'planning' END,
       planning_at = coalesce(campaign.planning_at, %(now)s::timestamptz),
       planned_at = CASE WHEN %(last)s::bool THEN %(now)s::timestamptz END,
       walked_to = %(walked_to)s::bigint, walked = campaign.walked + %(members)s::int
 WHERE campaign.city_id = %(city_id)s::int AND campaign.id = %(campaign_id)s::bigint
