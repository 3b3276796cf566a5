-- Texts that a gateway took long ago and of which no last word has come.
SELECT message.city_id, message.at, message.id AS message_id, message.staff_id, message.team_id, message.store_id, message.version_id,
       message.how, message.state, message.parts, message.handing_at
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.state = 'handed' AND message.handing_at < %(before)s::timestamptz
 ORDER BY message.at, message.id LIMIT %(most)s::int FOR UPDATE
