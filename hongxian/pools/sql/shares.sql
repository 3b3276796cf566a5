-- What each tier gets in the morning.
SELECT rule.tier, rule.share, (ascii(rule.best_grade) - ascii('A'))::bigint << 40 AS rank_floor FROM org_tierrule AS rule
