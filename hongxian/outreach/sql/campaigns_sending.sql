-- Campaigns of a city whose texts go out now, held in common; not those that somebody is just pausing or stopping.
SELECT campaign.id AS campaign_id FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.state = 'sending'
 ORDER BY campaign.id
   FOR SHARE SKIP LOCKED
