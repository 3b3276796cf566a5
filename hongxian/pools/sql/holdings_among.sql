-- The holdings of these members, and where their holders work.
SELECT holding.member_id, holding.staff_id, holding.pool_id, staff.store_id, staff.team_id
  FROM pools_holding AS holding LEFT JOIN org_staff AS staff ON staff.id = holding.staff_id
 WHERE holding.city_id = %(city_id)s::int AND holding.member_id = ANY (%(member_ids)s::bigint[])
 ORDER BY holding.member_id
