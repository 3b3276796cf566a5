-- Campaigns of a city whose texts go out now.
SELECT campaign.id AS campaign_id FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.state = 'sending'
 ORDER BY campaign.id
