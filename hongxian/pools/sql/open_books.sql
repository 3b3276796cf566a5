-- Opens a consultant's quotas of the day and the hand, by the rule of the tier; a row for each that was missing.
-- With the first opening of a day a hand that is there is made as wide as the rule has it now, never narrower than what it holds.
WITH quotas AS (
    INSERT INTO pools_quota (city_id, staff_id, day, kind, cap, used, rank_floor)
    SELECT %(city_id)s::int, %(staff_id)s::bigint, %(day)s::date, each.kind,
           CASE each.kind WHEN 'store' THEN rule.store_cap ELSE rule.city_cap END, 0,
           (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40
      FROM /*include org/tier_rules*/, (VALUES ('city'), ('store')) AS each(kind)
     WHERE rule.tier = %(tier)s::text
    ON CONFLICT (city_id, staff_id, day, kind) DO NOTHING
    RETURNING staff_id
), hand AS (
    INSERT INTO pools_hand (city_id, staff_id, held, cap)
    SELECT %(city_id)s::int, %(staff_id)s::bigint, 0, rule.holding_cap FROM /*include org/tier_rules*/
     WHERE rule.tier = %(tier)s::text
       AND (EXISTS (SELECT FROM quotas)
            OR NOT EXISTS (SELECT FROM pools_hand AS there
                            WHERE there.city_id = %(city_id)s::int AND there.staff_id = %(staff_id)s::bigint))
    ON CONFLICT (city_id, staff_id) DO UPDATE SET cap = greatest(pools_hand.held, excluded.cap)
     WHERE pools_hand.cap <> greatest(pools_hand.held, excluded.cap) AND pools_hand.cap > 0
    RETURNING staff_id
)
SELECT quotas.staff_id FROM quotas UNION ALL SELECT hand.staff_id FROM hand
