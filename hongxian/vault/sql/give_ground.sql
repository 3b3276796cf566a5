-- Why somebody may see a member, of another kind than a claim's.
INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(staff_id)s::bigint, %(kind)s::text, %(until)s::timestamptz)
ON CONFLICT (city_id, member_id, staff_id, kind) DO UPDATE SET until = excluded.until
