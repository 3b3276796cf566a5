-- The incidents of which one person is to be told, the newest first.
SELECT incident.id AS incident_id, incident.notified_at, incident.notice_zh, incident.notice_en, affected.fields
  FROM rights_affected AS affected
  JOIN rights_incident AS incident ON incident.id = affected.incident_id
 WHERE affected.city_id = %(city_id)s::int AND affected.member_id = %(member_id)s::bigint AND incident.notified_at IS NOT NULL
 ORDER BY incident.notified_at DESC, incident.id DESC
