-- How one of somebody's own texts stands; nothing about the member.
SELECT message.city_id, message.id AS message_id, message.at, message.state, message.reason, message.handed_at
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.at = %(at)s::timestamptz AND message.id = %(message_id)s::bigint
   AND message.staff_id = %(staff_id)s::bigint
