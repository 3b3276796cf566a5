-- One campaign within somebody's reach: a team's, a store's, or any.
/*include outreach/campaign_row*/
 WHERE campaign.city_id = %(city_id)s::int AND campaign.id = %(campaign_id)s::bigint
   AND (%(store_id)s::bigint IS NULL OR campaign.store_id = %(store_id)s::bigint)
   AND (%(team_id)s::bigint IS NULL OR campaign.team_id = %(team_id)s::bigint)
