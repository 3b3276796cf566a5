-- What is due in a city, each put off before it is tried: a try that dies is made again after that time.
UPDATE partners_delivery AS delivery
   SET tries = delivery.tries + 1,
       next_at = %(now)s::timestamptz + least(%(longest)s::interval, %(first)s::interval * power(2, least(delivery.tries, 12)))
 WHERE delivery.city_id = %(city_id)s::int
   AND delivery.id = ANY (ARRAY(SELECT due.id FROM partners_delivery AS due
                                 WHERE due.city_id = %(city_id)s::int AND due.state = 'waiting' AND due.next_at <= %(now)s::timestamptz
                                 ORDER BY due.next_at, due.id LIMIT %(most)s::int FOR UPDATE SKIP LOCKED))
RETURNING delivery.id AS delivery_id, delivery.public_id, delivery.partner_id, delivery.body, delivery.made_at
