-- Who holds a member.
SELECT holding.staff_id FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint
