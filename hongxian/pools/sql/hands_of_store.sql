-- How many members each of a store's people holds; counts only.
SELECT hand.staff_id, hand.held
  FROM pools_hand AS hand
  JOIN org_staff AS staff ON staff.id = hand.staff_id
 WHERE hand.city_id = %(city_id)s::int AND staff.store_id = %(store_id)s::bigint
