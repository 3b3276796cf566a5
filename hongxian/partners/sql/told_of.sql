-- How many messages to a partner were told, wait, or were given up since a moment; the last status of each.
SELECT delivery.state, count(*)::int AS messages, max(delivery.tries)::int AS tries,
       (array_agg(delivery.answered ORDER BY delivery.made_at DESC))[1]::int AS answered
  FROM partners_delivery AS delivery
 WHERE delivery.city_id = %(city_id)s::int AND delivery.partner_id = %(partner_id)s::bigint AND delivery.made_at >= %(since)s::timestamptz
 GROUP BY delivery.state
 ORDER BY delivery.state
