-- When people of a store pressed "send" lately, each press once, whatever became of its texts.
SELECT message.staff_id, message.at, max(message.version_id) AS version_id
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.store_id = %(store_id)s::bigint AND message.at >= %(since)s::timestamptz
   AND message.how IN ('hand', 'library')
 GROUP BY message.staff_id, message.at
 ORDER BY message.at
