-- A ground of another kind than a claim's ends.
DELETE FROM vault_ground AS ground
 WHERE ground.city_id = %(city_id)s::int AND ground.member_id = %(member_id)s::bigint AND ground.staff_id = %(staff_id)s::bigint
   AND ground.kind = %(kind)s::text
