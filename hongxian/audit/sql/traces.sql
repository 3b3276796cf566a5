-- The newest traces, for the auditor's own account: of one city, one person, one member, or since a moment.
SELECT trace.at, coalesce(city.code, '') AS city, coalesce(staff.employee_no, '') AS staff, trace.role, coalesce(store.code, '') AS store,
       trace.process, trace.action, trace.purpose, trace.ground, trace.outcome, trace.reason, trace.member_ids, trace.fields,
       trace.permit_id
  FROM audit_trace AS trace
  LEFT JOIN org_city AS city ON city.id = trace.city_id
  LEFT JOIN org_staff AS staff ON staff.id = trace.staff_id
  LEFT JOIN org_store AS store ON store.id = trace.store_id
 WHERE (%(city)s::text IS NULL OR city.code = %(city)s::text)
   AND (%(staff)s::text IS NULL OR staff.employee_no = %(staff)s::text)
   AND (%(member_id)s::bigint IS NULL OR %(member_id)s::bigint = ANY (trace.member_ids))
   AND (%(since)s::timestamptz IS NULL OR trace.at >= %(since)s::timestamptz)
 ORDER BY trace.at DESC, trace.id DESC
 LIMIT %(most)s::int
