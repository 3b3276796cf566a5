-- Campaigns that are approved and not planned to the end.
SELECT campaign.id AS campaign_id FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.state IN ('approved', 'planning')
 ORDER BY campaign.id
