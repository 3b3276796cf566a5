-- The ground on which that consultant may see them, as long as the longest of them runs. The member's pushes wait for each other.
WITH longer AS (
    UPDATE portal_own_push_ground AS ground SET until = greatest(ground.until, %(until)s::timestamptz)
     WHERE ground.staff_id = %(staff_id)s::bigint
    RETURNING ground.staff_id
)
INSERT INTO portal_own_push_ground (city_id, member_id, staff_id, kind, until)
SELECT hand.city_id, hand.member_id, hand.staff_id, 'push', %(until)s::timestamptz
  FROM portal_own_hand AS hand
 WHERE hand.staff_id = %(staff_id)s::bigint AND NOT EXISTS (SELECT FROM longer)
