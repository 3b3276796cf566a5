trace.id, trace.at, trace.city_id, coalesce(city.code, '') AS city_code, coalesce(staff.employee_no, '') AS employee_no,
       coalesce(staff.alias, '') AS alias, trace.role, coalesce(store.code, '') AS store_code, trace.process, trace.action,
       trace.purpose, trace.ground, trace.outcome, trace.reason, cardinality(trace.member_ids) AS members,
       trace.member_ids[1:12] AS member_ids, trace.fields
