INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until)
    SELECT %(city_id)s::int, held.member_id, held.staff_id, 'claim', held.held_until FROM held
    ON CONFLICT (city_id, member_id, staff_id, kind) DO UPDATE SET until = excluded.until
