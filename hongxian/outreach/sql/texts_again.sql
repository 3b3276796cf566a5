-- Texts that surely have not left wait again.
UPDATE outreach_message AS message
   SET state = 'waiting', permit_id = NULL, handing_at = NULL, gateway = ''
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[]) AS each (at, id)
 WHERE message.city_id = %(city_id)s::int AND message.at = each.at AND message.id = each.id AND message.state = 'handing'
   AND message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
