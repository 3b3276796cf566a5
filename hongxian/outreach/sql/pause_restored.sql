-- Campaigns that a restored backup says are under way wait until somebody lets them go on.
UPDATE outreach_campaign AS campaign SET state = 'paused'
 WHERE campaign.city_id = %(city_id)s::int AND campaign.state IN ('approved', 'planning', 'sending')
