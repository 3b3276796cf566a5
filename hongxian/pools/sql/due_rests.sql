-- Rests of a city that are over, a batch of them.
SELECT resting.member_id FROM pools_resting AS resting
 WHERE resting.city_id = %(city_id)s::int AND resting.until <= %(now)s::timestamptz
 ORDER BY resting.until LIMIT %(size)s::int
