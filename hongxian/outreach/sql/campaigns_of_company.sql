-- The whole company's campaigns, the newest first, those that wait for headquarters before all.
/*include outreach/campaign_row*/
 ORDER BY campaign.state = 'asked' AND campaign.asked_role = 'store_manager' DESC, campaign.asked_at DESC, campaign.id DESC
 LIMIT %(most)s::int
