-- Holdings of a city whose time is up, a batch of them.
SELECT holding.member_id FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.held_until <= %(now)s::timestamptz
 ORDER BY holding.held_until, holding.member_id LIMIT %(size)s::int
