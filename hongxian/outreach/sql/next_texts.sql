-- The oldest texts that wait in a city and belong to no campaign, but for those that are being prepared; held for this sender.
SELECT message.at, message.id AS message_id, message.member_id, message.staff_id, message.team_id, message.store_id, message.how,
       message.purpose, message.version_id, message.campaign_id, message.variables, message.latest_at
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.state = 'waiting' AND message.campaign_id IS NULL
   AND message.id <> ALL (%(skipped)s::bigint[])
 ORDER BY message.at, message.id
 LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
