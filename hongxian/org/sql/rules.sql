-- Every rule with the moment from which it counts; of two for one moment the later word counts. What was taken back before it began never counts.
SELECT rule.id, rule.key, coalesce(rule.city_id, 0)::int AS city_id, coalesce(rule.store_id, 0)::bigint AS store_id, rule.value::text AS value,
       rule.effective_from
  FROM org_rule AS rule
 WHERE rule.withdraws IS NULL
   AND NOT EXISTS (SELECT FROM org_rule AS back WHERE back.withdraws = rule.id AND back.effective_from = rule.effective_from)
 ORDER BY rule.effective_from, rule.id
