-- The changes of rules, the newest first: of one rule, of one place, or all.
SELECT rule.id AS rule_id, rule.key, rule.city_id, rule.store_id, coalesce(city.name, store.name, '') AS place_name,
       coalesce(city.name_en, store.name_en, '') AS place_name_en, rule.value::text AS value, rule.before::text AS before,
       rule.effective_from, rule.made_at, coalesce(staff.alias, '') AS who, coalesce(staff.employee_no, '') AS employee_no, rule.why,
       rule.withdraws IS NOT NULL AS takes_back, EXISTS (SELECT FROM org_rule AS back WHERE back.withdraws = rule.id) AS taken_back
  FROM org_rule AS rule
  LEFT JOIN org_city AS city ON city.id = rule.city_id
  LEFT JOIN org_store AS store ON store.id = rule.store_id
  LEFT JOIN org_staff AS staff ON staff.id = rule.made_by
 WHERE (%(key)s::text IS NULL OR rule.key = %(key)s::text) AND (%(rule_id)s::bigint IS NULL OR rule.id = %(rule_id)s::bigint)
 ORDER BY rule.made_at DESC, rule.id DESC
 LIMIT %(size)s::int
