-- The newest text that left for a member: what their answer answers.
SELECT message.city_id, message.at, message.id AS message_id, message.staff_id, message.team_id, message.store_id, message.version_id,
       message.how, message.state, message.parts, message.handing_at
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.member_id = %(member_id)s::bigint
   AND message.state IN ('handing', 'handed', 'delivered', 'unknown') AND message.at > %(since)s::timestamptz
 ORDER BY message.at DESC, message.id DESC LIMIT 1 FOR UPDATE
