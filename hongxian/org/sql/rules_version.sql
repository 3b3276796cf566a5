-- Whether a rule has come since; rows are only ever added.
SELECT count(*)::int AS rows, coalesce(max(rule.id), 0)::bigint AS newest FROM org_rule AS rule
