-- Invariant: a hand says as many members as its consultant holds.
SELECT staff_id, coalesce(hand.held, 0) AS kept, coalesce(holding.members, 0) AS counted
  FROM (SELECT hand.staff_id, hand.held FROM pools_hand AS hand WHERE hand.city_id = %(city_id)s::int) AS hand
  FULL JOIN (SELECT holding.staff_id, count(*) AS members FROM pools_holding AS holding
              WHERE holding.city_id = %(city_id)s::int GROUP BY holding.staff_id) AS holding
 USING (staff_id)
 WHERE coalesce(hand.held, 0) <> coalesce(holding.members, 0)
 ORDER BY 1
