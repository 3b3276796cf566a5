-- The consultants of a store who take part in the dealing: active, trained, under a living agreement.
SELECT staff.id AS staff_id, staff.team_id, staff.tier, rule.share, (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40 AS rank_floor
  FROM org_staff AS staff
  JOIN org_store AS store ON store.id = staff.store_id AND store.active
  JOIN /*include org/tier_rules*/ ON rule.tier = staff.tier
 WHERE staff.store_id = %(store_id)s::bigint AND staff.city_id = %(city_id)s::int AND staff.role = 'consultant' AND staff.active
   AND EXISTS (SELECT FROM org_training AS training WHERE training.staff_id = staff.id AND training.valid_until >= %(day)s::date)
   AND EXISTS (SELECT FROM org_agreement AS agreement
                WHERE agreement.store_id = store.id AND %(day)s::date BETWEEN agreement.signed_on AND agreement.expires_on)
 ORDER BY staff.tier, staff.id
