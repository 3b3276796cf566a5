-- Takes hands, lowest staff number first.
SELECT hand.staff_id FROM pools_hand AS hand
 WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = ANY (%(staff_ids)s::bigint[])
 ORDER BY hand.staff_id
   FOR NO KEY UPDATE
