SELECT call.at, call.state, call.cause, call.talking_at, call.ended_at, coalesce(staff.alias, '') AS alias,
       coalesce(store.name, '') AS store_name, call.filed_at IS NOT NULL AS filed
  FROM outreach_placedcall AS call
  LEFT JOIN org_staff AS staff ON staff.id = call.staff_id
  LEFT JOIN org_store AS store ON store.id = call.store_id
 WHERE call.city_id = %(city_id)s::int AND call.member_id = %(member_id)s::bigint
   AND call.at > %(now)s::timestamptz - interval '12 months' AND call.at <= %(now)s::timestamptz
 ORDER BY call.at DESC
 LIMIT 50
