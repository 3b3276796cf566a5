-- Says who is off on which days, and who after all is not; their own word that they are here stays.
INSERT INTO pools_duty (city_id, staff_id, day, off, set_by, set_at, why)
SELECT %(city_id)s::int, given.staff_id, given.day, given.off, %(by_staff_id)s::bigint, %(now)s::timestamptz, %(why)s::text
  FROM unnest(%(staff_ids)s::bigint[], %(days)s::date[], %(offs)s::bool[]) AS given(staff_id, day, off)
 WHERE given.off OR EXISTS (SELECT FROM pools_duty AS duty
                             WHERE duty.city_id = %(city_id)s::int AND duty.staff_id = given.staff_id AND duty.day = given.day)
ON CONFLICT (city_id, staff_id, day) DO UPDATE
   SET off = excluded.off, set_by = excluded.set_by, set_at = excluded.set_at, why = excluded.why
 WHERE pools_duty.off <> excluded.off
