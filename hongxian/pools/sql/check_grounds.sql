-- Invariant: who holds a member has the ground to see them, as long as they hold them, and nobody else has one from holding.
SELECT member_id, staff_id, holding.held_until, ground.until
  FROM (SELECT holding.member_id, holding.staff_id, holding.held_until FROM pools_holding AS holding
         WHERE holding.city_id = %(city_id)s::int) AS holding
  FULL JOIN (SELECT ground.member_id, ground.staff_id, ground.until FROM vault_ground AS ground
              WHERE ground.city_id = %(city_id)s::int AND ground.kind = 'claim') AS ground
 USING (member_id, staff_id)
 WHERE holding.held_until IS DISTINCT FROM ground.until
 ORDER BY 1, 2
