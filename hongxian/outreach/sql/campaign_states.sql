-- How far a campaign's texts have come.
SELECT message.state, message.reason, count(*)::int AS texts
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.at = %(at)s::timestamptz AND message.campaign_id = %(campaign_id)s::bigint
 GROUP BY message.state, message.reason
 ORDER BY 1, 3 DESC, 2
