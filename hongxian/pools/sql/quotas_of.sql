-- Today's quotas of a consultant; what the tier gives where nothing was claimed yet.
SELECT each.kind, coalesce(quota.cap, CASE each.kind WHEN 'store' THEN rule.store_cap ELSE rule.city_cap END)::int AS cap,
       coalesce(quota.used, 0)::int AS used, substr('ABCDE', (coalesce(quota.rank_floor, (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40)
                                                       >> 40)::int + 1, 1) AS best_grade,
       %(day)s::date AS day
  FROM /*include org/tier_rules*/
 CROSS JOIN (VALUES ('store'), ('city')) AS each(kind)
  LEFT JOIN pools_quota AS quota ON quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint
       AND quota.day = %(day)s::date AND quota.kind = each.kind
 WHERE rule.tier = %(tier)s::text
 ORDER BY each.kind DESC
