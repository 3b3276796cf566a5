-- Whom a consultant holds.
SELECT holding.member_id FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.staff_id = %(staff_id)s::bigint
