-- What is due in a city, each put off before it is tried: a try that dies is made again after that time.
WITH step AS MATERIALIZED (
    SELECT try.n AS tries, %(now)s::timestamptz + least(%(longest)s::interval, %(first)s::interval * power(2, try.n)) AS at
      FROM generate_series(0, 12) AS try (n)
)
UPDATE partners_delivery AS delivery SET tries = delivery.tries + 1, next_at = step.at
  FROM step
 WHERE delivery.city_id = %(city_id)s::int AND step.tries = least(delivery.tries, 12)
   AND delivery.id = ANY (ARRAY(SELECT due.id FROM partners_delivery AS due
                                 WHERE due.city_id = %(city_id)s::int AND due.state = 'waiting' AND due.next_at <= %(now)s::timestamptz
                                 ORDER BY due.next_at, due.id LIMIT %(most)s::int FOR UPDATE SKIP LOCKED))
RETURNING delivery.id AS delivery_id, delivery.public_id, delivery.partner_id, delivery.body, delivery.made_at
