-- Adds a rule from a moment on; what counted there then is kept beside it.
INSERT INTO org_rule (key, city_id, store_id, value, before, effective_from, made_at, made_by, why, withdraws)
VALUES (%(key)s::text, %(city_id)s::int, %(store_id)s::bigint, %(value)s::jsonb, %(before)s::jsonb, %(effective_from)s::timestamptz,
        %(now)s::timestamptz, %(staff_id)s::bigint, %(why)s::text, %(withdraws)s::bigint)
RETURNING id AS rule_id
