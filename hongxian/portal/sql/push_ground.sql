-- The ground on which that consultant may see them, as long as the longest of them runs.
INSERT INTO portal_own_push_ground (city_id, member_id, staff_id, kind, until)
SELECT hand.city_id, hand.member_id, hand.staff_id, 'push', %(until)s::timestamptz
  FROM portal_own_hand AS hand WHERE hand.staff_id = %(staff_id)s::bigint
ON CONFLICT (city_id, member_id, staff_id, kind) DO UPDATE SET until = greatest(portal_own_push_ground.until, excluded.until)
