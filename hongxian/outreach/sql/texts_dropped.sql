-- Texts that do not go out, with the reason of each.
UPDATE outreach_message AS message
   SET state = 'dropped', reason = each.reason, ended_at = %(now)s::timestamptz
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[], %(reasons)s::text[]) AS each (at, id, reason)
 WHERE message.city_id = %(city_id)s::int AND message.at = each.at AND message.id = each.id AND message.state IN ('waiting', 'handing')
   AND message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
RETURNING message.id AS message_id
