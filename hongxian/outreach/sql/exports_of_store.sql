-- The files that were asked for in a store, the newest first.
SELECT export.city_id, export.id AS export_id, store.code AS store_code, export.requested_by, coalesce(asker.alias, '') AS requester,
       coalesce(asker.employee_no, '') AS requester_no, export.requested_at, export.why, export.purpose, export.place, export.cap,
       CASE WHEN export.state = 'approved' AND export.approved_at <= %(fetch_since)s::timestamptz THEN 'expired'
            WHEN export.state = 'asked' AND export.requested_at <= %(ask_since)s::timestamptz THEN 'expired'
            ELSE export.state END AS state,
       coalesce(approver.alias, '') AS approver, export.approved_at, export.refused_why, export.fetched_at, export.rows
  FROM outreach_export AS export
  JOIN org_store AS store ON store.id = export.store_id
  LEFT JOIN org_staff AS asker ON asker.id = export.requested_by
  LEFT JOIN org_staff AS approver ON approver.id = export.approved_by
 WHERE export.city_id = %(city_id)s::int AND export.store_id = %(store_id)s::bigint
 ORDER BY export.id DESC
 LIMIT %(most)s::int
