-- The consultants of a store as the dealing sees them: share and ceiling by tier, room in the hand, training, presence.
SELECT staff.id AS staff_id, staff.alias, coalesce(staff.team_id, 0) AS team_id, coalesce(team.name, '') AS team_name, staff.tier,
       rule.share, (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40 AS rank_floor,
       CASE WHEN hand.staff_id IS NULL THEN rule.holding_cap
            WHEN hand.store_id IN (0, %(store_id)s::bigint) THEN greatest(least(hand.cap, rule.holding_cap) - hand.held, 0) ELSE 0 END::int AS room,
       EXISTS (SELECT FROM org_training AS training WHERE training.staff_id = staff.id AND training.valid_until >= %(day)s::date) AS trained,
       EXISTS (SELECT FROM org_agreement AS agreement
                WHERE agreement.store_id = store.id AND %(day)s::date BETWEEN agreement.signed_on AND agreement.expires_on) AS agreed,
       coalesce(duty.off, false) AS off, duty.here_at IS NOT NULL AS here
  FROM org_staff AS staff
  JOIN org_store AS store ON store.id = staff.store_id AND store.active
  JOIN /*include org/tier_rules*/ ON rule.tier = staff.tier
  LEFT JOIN org_team AS team ON team.id = staff.team_id
  LEFT JOIN pools_hand AS hand ON hand.city_id = %(city_id)s::int AND hand.staff_id = staff.id
  LEFT JOIN pools_duty AS duty ON duty.city_id = %(city_id)s::int AND duty.staff_id = staff.id AND duty.day = %(day)s::date
 WHERE staff.store_id = %(store_id)s::bigint AND staff.city_id = %(city_id)s::int AND staff.role = 'consultant' AND staff.active
 ORDER BY staff.tier, team_name, staff.id
