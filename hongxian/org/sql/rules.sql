-- Every rule with the moment from which it counts; of two for one moment the later word counts.
SELECT rule.id, rule.key, coalesce(rule.city_id, 0)::int AS city_id, coalesce(rule.store_id, 0)::bigint AS store_id, rule.value::text AS value,
       rule.effective_from
  FROM org_rule AS rule
 ORDER BY rule.effective_from, rule.id
