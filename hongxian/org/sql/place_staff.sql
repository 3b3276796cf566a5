-- Writes where somebody works from now on, or that they have left; every session begun before is dead. The phone stays in its store.
UPDATE org_staff AS staff
   SET role = %(role)s::text, city_id = %(city_id)s::int, store_id = %(store_id)s::bigint, team_id = %(team_id)s::bigint,
       tier = %(tier)s::text, active = %(active)s::boolean, left_on = %(left_on)s::date, session_epoch = staff.session_epoch + 1,
       extension = CASE WHEN %(active)s::boolean AND staff.store_id IS NOT DISTINCT FROM %(store_id)s::bigint THEN staff.extension END
 WHERE staff.id = %(staff_id)s::bigint
