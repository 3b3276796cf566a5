-- Sums of what consultants claimed, by the same units and steps of time as the calls; under the store and team where each works now.
SELECT CASE %(unit)s::text WHEN 'city' THEN quota.city_id::bigint WHEN 'store' THEN staff.store_id WHEN 'team' THEN staff.team_id
                           WHEN 'consultant' THEN quota.staff_id ELSE 0 END AS unit_id,
       CASE WHEN %(step)s::text <> 'none' THEN date_trunc(%(step)s::text, quota.day::timestamp) AT TIME ZONE 'Asia/Shanghai' END AS begins,
       sum(quota.used)::bigint AS claims
  FROM org_staff AS staff
  JOIN pools_quota AS quota ON quota.city_id = ANY (%(city_ids)s::int[]) AND quota.staff_id = staff.id
   AND quota.day >= %(since)s::date AND quota.day <= %(until)s::date
 WHERE staff.store_id BETWEEN coalesce(%(store_id)s::bigint, 0) AND coalesce(%(store_id)s::bigint, 9223372036854775807)
   AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
   AND (%(staff_id)s::bigint IS NULL OR staff.id = %(staff_id)s::bigint)
 GROUP BY 1, 2
