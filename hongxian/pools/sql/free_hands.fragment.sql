UPDATE pools_hand AS hand SET held = hand.held - each.n
      FROM (SELECT freed.staff_id, count(*) AS n FROM freed GROUP BY freed.staff_id) AS each
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = each.staff_id
