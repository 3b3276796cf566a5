-- Who holds these members.
SELECT holding.member_id, holding.staff_id FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.member_id = ANY (%(member_ids)s::bigint[])
