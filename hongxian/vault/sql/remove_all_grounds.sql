-- Somebody leaves or moves: no reason of any kind is left in this city for which they might see anybody.
DELETE FROM vault_ground AS ground
 WHERE ground.city_id = %(city_id)s::int AND ground.staff_id = %(staff_id)s::bigint
