-- Whom a dealing put into hands and who are still there as it left them.
SELECT holding.member_id FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.pool_id = %(pool_id)s::bigint AND holding.how = 'dealt'
   AND holding.held_since = %(dealt_at)s::timestamptz
 ORDER BY holding.member_id
