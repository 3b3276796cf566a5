-- A store's campaigns, the newest first; a team manager sees those of the own team.
/*include outreach/campaign_row*/
 WHERE campaign.city_id = %(city_id)s::int AND campaign.store_id = %(store_id)s::bigint
   AND (%(team_id)s::bigint IS NULL OR campaign.team_id = %(team_id)s::bigint)
 ORDER BY campaign.id DESC
 LIMIT %(most)s::int
