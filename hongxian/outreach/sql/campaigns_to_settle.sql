-- Stopped campaigns of which texts still wait.
SELECT campaign.id AS campaign_id FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.state = 'stopped'
   AND EXISTS (SELECT FROM outreach_message AS message
                WHERE message.city_id = %(city_id)s::int AND message.at = campaign.planning_at AND message.campaign_id = campaign.id
                  AND message.state = 'waiting')
 ORDER BY campaign.id
