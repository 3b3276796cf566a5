-- Takes a request for a file until the transaction ends.
SELECT export.id AS export_id, export.store_id, export.requested_by, export.requested_at, export.why, export.purpose, export.place,
       export.cap, export.state, export.approved_by, export.approved_at, coalesce(approver.alias, '') AS approver,
       coalesce(approver.employee_no, '') AS approver_no, coalesce(asker.employee_no, '') AS requester_no
  FROM outreach_export AS export
  LEFT JOIN org_staff AS asker ON asker.id = export.requested_by
  LEFT JOIN org_staff AS approver ON approver.id = export.approved_by
 WHERE export.city_id = %(city_id)s::int AND export.id = %(export_id)s::bigint
   FOR NO KEY UPDATE OF export
