-- How many complaints came in about each team, store or consultant; who is named, is looked for
-- among the store's own by alias, and is nobody where two go by it.
SELECT coalesce(CASE %(unit)s::text WHEN 'team' THEN named.team_id WHEN 'store' THEN complaint.store_id ELSE named.id END, 0) AS unit_id,
       count(*)::bigint AS complaints
  FROM rights_complaint AS complaint
  JOIN org_store AS store ON store.id = complaint.store_id AND store.city_id = %(of_city_id)s::int
  LEFT JOIN LATERAL (SELECT CASE WHEN count(*) = 1 THEN min(staff.id) END AS id,
                            CASE WHEN count(DISTINCT staff.team_id) = 1 THEN min(staff.team_id) END AS team_id
                       FROM org_staff AS staff
                      WHERE staff.store_id = complaint.store_id AND staff.alias = complaint.staff_alias) AS named ON true
 WHERE complaint.city_id = %(city_id)s::int
   AND complaint.opened_at >= %(begins)s::timestamptz AND complaint.opened_at < %(ends)s::timestamptz
   AND (%(store_id)s::bigint IS NULL OR complaint.store_id = %(store_id)s::bigint)
   AND (%(team_id)s::bigint IS NULL OR named.team_id = %(team_id)s::bigint)
 GROUP BY 1
