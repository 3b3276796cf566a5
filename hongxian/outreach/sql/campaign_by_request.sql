-- The request that a form with this key has made already.
SELECT campaign.id AS campaign_id FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.request_key = %(request_key)s::uuid AND campaign.asked_by = %(staff_id)s::bigint
