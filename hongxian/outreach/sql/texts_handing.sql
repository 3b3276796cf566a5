-- From now on these texts may have left: written and committed before the gateway is asked.
UPDATE outreach_message AS message
   SET state = 'handing', permit_id = each.permit_id, handing_at = %(now)s::timestamptz, gateway = %(gateway)s::text
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[], %(permit_ids)s::bigint[]) AS each (at, id, permit_id)
 WHERE message.city_id = %(city_id)s::int AND message.at = each.at AND message.id = each.id AND message.state = 'waiting'
   AND message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
RETURNING message.id AS message_id
