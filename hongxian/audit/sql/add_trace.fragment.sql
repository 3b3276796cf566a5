INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(staff_id)s::bigint, %(trace_role)s::text, %(trace_store_id)s::bigint,
           %(trace_process)s::text, %(trace_action)s::text, %(trace_purpose)s::text, %(trace_ground)s::text,
           array_agg(seen.member_id), %(trace_fields)s::text[], 'allowed', ''
      FROM seen
    HAVING count(*) > 0
    RETURNING at, id
