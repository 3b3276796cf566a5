-- How many a campaign's plan left out, by reason.
SELECT left_out.reason, left_out.members FROM outreach_leftout AS left_out
 WHERE left_out.city_id = %(city_id)s::int AND left_out.campaign_id = %(campaign_id)s::bigint
 ORDER BY left_out.members DESC, left_out.reason
