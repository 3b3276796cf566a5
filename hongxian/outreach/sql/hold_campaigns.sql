-- The campaigns of a batch, held in common: whoever pauses or stops one comes before this batch or after it.
SELECT campaign.id AS campaign_id, campaign.state FROM outreach_campaign AS campaign
 WHERE campaign.city_id = %(city_id)s::int AND campaign.id = ANY (%(campaign_ids)s::bigint[])
 ORDER BY campaign.id
   FOR SHARE
