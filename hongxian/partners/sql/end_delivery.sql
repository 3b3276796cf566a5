-- What became of a try: taken, given up, or to be tried again at its time.
UPDATE partners_delivery AS delivery
   SET state = %(state)s::text, answered = %(answered)s::smallint,
       ended_at = CASE WHEN %(state)s::text = 'waiting' THEN NULL ELSE %(now)s::timestamptz END
 WHERE delivery.city_id = %(city_id)s::int AND delivery.id = %(delivery_id)s::bigint AND delivery.state = 'waiting'
