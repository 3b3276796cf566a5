DELETE FROM vault_ground AS ground USING freed
     WHERE ground.city_id = %(city_id)s::int AND ground.member_id = freed.member_id
       AND ground.staff_id = freed.staff_id AND ground.kind IN ('claim', 'push')
