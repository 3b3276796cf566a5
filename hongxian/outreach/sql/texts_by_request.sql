-- What this sender queued under a key within the last day: a second press finds it.
SELECT message.id AS message_id, message.member_id FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.staff_id = %(staff_id)s::bigint
   AND message.at > %(now)s::timestamptz - interval '1 day' AND message.request_key = %(request_key)s::uuid
 ORDER BY message.id
