-- Texts of which something was reported, held until it has been dealt with.
SELECT message.city_id, message.at, message.id AS message_id, message.staff_id, message.team_id, message.store_id, message.version_id,
       message.how, message.state, message.parts, message.handing_at
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.at = ANY (%(ats)s::timestamptz[]) AND message.id = ANY (%(message_ids)s::bigint[])
 ORDER BY message.at, message.id FOR UPDATE
