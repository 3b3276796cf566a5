-- The incidents of which the visitor is to be told, the newest first.
SELECT incident.incident_id, incident.notified_at, incident.notice_zh, incident.notice_en, incident.fields
  FROM portal_own_incident AS incident
 ORDER BY incident.notified_at DESC, incident.incident_id DESC
