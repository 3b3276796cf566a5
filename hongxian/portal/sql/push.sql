-- Copies of the visitor's own words for the consultant in whose hands they are; none without one.
INSERT INTO portal_new_push (city_id, member_id, staff_id, ground, kind, pushed_at, until, kek_id, wrapped, sealed)
SELECT hand.city_id, hand.member_id, hand.staff_id, hand.ground, %(kind)s::text, %(now)s::timestamptz, %(until)s::timestamptz,
       each.kek_id, each.wrapped, each.sealed
  FROM portal_own_hand AS hand
 CROSS JOIN unnest(%(kek_ids)s::smallint[], %(wrapped)s::bytea[], %(sealed)s::bytea[]) AS each (kek_id, wrapped, sealed)
 WHERE hand.staff_id = %(staff_id)s::bigint
