-- Today's quota and the hand of a consultant, made at their first use from the rule of her tier.
WITH rule AS (
    SELECT rule.store_cap, rule.city_cap, rule.holding_cap, (ascii(rule.best_grade) - ascii('A'))::bigint << %(grade_bits)s::int AS rank_floor
      FROM org_tierrule AS rule WHERE rule.tier = %(tier)s::text
), hand AS (
    INSERT INTO pools_hand (city_id, staff_id, held, cap)
    SELECT %(city_id)s::int, %(staff_id)s::bigint, 0, rule.holding_cap FROM rule
        ON CONFLICT (city_id, staff_id) DO NOTHING
)
INSERT INTO pools_quota (city_id, staff_id, day, kind, cap, used, rank_floor)
SELECT %(city_id)s::int, %(staff_id)s::bigint, %(day)s::date, kind.name, kind.cap, 0, rule.rank_floor
  FROM rule, LATERAL (VALUES ('store', rule.store_cap), ('city', rule.city_cap)) AS kind (name, cap)
    ON CONFLICT (city_id, staff_id, day, kind) DO NOTHING
