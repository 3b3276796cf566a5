-- What the gateway said of each of these texts.
UPDATE outreach_message AS message
   SET state = each.state, reason = each.reason, parts = each.parts,
       handed_at = CASE WHEN each.state IN ('handed', 'delivered') THEN %(now)s::timestamptz END,
       ended_at = CASE WHEN each.state <> 'handed' THEN %(now)s::timestamptz END
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(parts)s::smallint[])
       AS each (at, id, state, reason, parts)
 WHERE message.city_id = %(city_id)s::int AND message.at = each.at AND message.id = each.id AND message.state = 'handing'
   AND message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
