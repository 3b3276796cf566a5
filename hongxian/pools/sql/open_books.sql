-- Opens a consultant's quotas of the day and the hand, by the rule of the tier; a row for each that was missing.
WITH quotas AS (
    INSERT INTO pools_quota (city_id, staff_id, day, kind, cap, used, rank_floor)
    SELECT %(city_id)s::int, %(staff_id)s::bigint, %(day)s::date, each.kind,
           CASE each.kind WHEN 'store' THEN rule.store_cap ELSE rule.city_cap END, 0,
           (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40
      FROM org_tierrule AS rule, (VALUES ('city'), ('store')) AS each(kind)
     WHERE rule.tier = %(tier)s::text
    ON CONFLICT (city_id, staff_id, day, kind) DO NOTHING
    RETURNING staff_id
), hand AS (
    INSERT INTO pools_hand (city_id, staff_id, held, cap)
    SELECT %(city_id)s::int, %(staff_id)s::bigint, 0, rule.holding_cap FROM org_tierrule AS rule WHERE rule.tier = %(tier)s::text
    ON CONFLICT (city_id, staff_id) DO NOTHING
    RETURNING staff_id
)
SELECT quotas.staff_id FROM quotas UNION ALL SELECT hand.staff_id FROM hand
