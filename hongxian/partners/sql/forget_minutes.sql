-- Counts of minutes before a moment.
DELETE FROM partners_minute AS counted WHERE counted.city_id = %(city_id)s::int AND counted.minute < %(before)s::timestamptz
