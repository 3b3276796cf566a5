-- The files that were asked for in the whole company: those that wait first, then the newest.
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
 ORDER BY export.state <> 'asked', export.requested_at DESC, export.id DESC
 LIMIT %(most)s::int
