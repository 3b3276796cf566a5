-- What partners were told before a moment.
DELETE FROM partners_delivery AS delivery WHERE delivery.city_id = %(city_id)s::int AND delivery.ended_at < %(before)s::timestamptz
