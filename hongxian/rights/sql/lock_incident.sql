-- How far an incident has come; held until the transaction ends.
SELECT incident.id AS incident_id, coalesce(incident.counted_at >= incident.asked_at, false) AS counted,
       coalesce(incident.counted_at >= incident.asked_at, false) AND incident.notice_zh <> '' AND incident.measures <> '' AS written,
       incident.notified_at IS NOT NULL AS notified, incident.reported_at IS NOT NULL AS reported, incident.closed_at IS NOT NULL AS closed
  FROM rights_incident AS incident
 WHERE incident.id = %(incident_id)s::bigint
   FOR NO KEY UPDATE
