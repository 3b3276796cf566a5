-- Where something is due to be told. Asked of all cities at once.
SELECT DISTINCT delivery.city_id FROM partners_delivery AS delivery
 WHERE delivery.state = 'waiting' AND delivery.next_at <= %(now)s::timestamptz
 ORDER BY delivery.city_id
