-- Campaigns of which nothing waits any more are done.
UPDATE outreach_campaign AS campaign
   SET state = 'done', ended_at = %(now)s::timestamptz
 WHERE campaign.city_id = %(city_id)s::int AND campaign.state = 'sending' AND campaign.planned_at IS NOT NULL
   AND NOT EXISTS (SELECT FROM outreach_message AS message
                    WHERE message.city_id = %(city_id)s::int AND message.at = campaign.planning_at AND message.campaign_id = campaign.id
                      AND message.state IN ('waiting', 'handing'))
