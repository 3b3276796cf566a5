-- A last word on each of these texts.
UPDATE outreach_message AS message
   SET state = each.state, reason = each.reason, ended_at = %(now)s::timestamptz,
       handed_at = CASE WHEN each.state = 'delivered' THEN coalesce(message.handed_at, %(now)s::timestamptz) ELSE message.handed_at END
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[], %(states)s::text[], %(reasons)s::text[]) AS each (at, id, state, reason)
 WHERE message.city_id = %(city_id)s::int AND message.at = each.at AND message.id = each.id
   AND message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
