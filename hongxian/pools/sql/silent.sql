-- In which parts of which days nobody answered so far.
SELECT holding.silent_slots FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint
