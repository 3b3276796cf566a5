-- One incident as the privacy office sees it.
SELECT incident.id AS incident_id, incident.kind, incident.discovered_at, incident.begins_at, incident.ends_at,
       coalesce(staff.alias, '') AS staff_alias, coalesce(staff.employee_no, '') AS employee_no, coalesce(store.name, '') AS store_name,
       incident.process, jsonb_array_length(incident.listed) AS listed_count, incident.listed_fields, incident.opened_at,
       coalesce(opener.alias, '') AS opened_by, CASE WHEN incident.counted_at >= incident.asked_at THEN incident.counted_at END AS counted_at,
       incident.cause, incident.harm, incident.measures, incident.advice,
       incident.contact, incident.notice_zh, incident.notice_en, incident.notified_at, incident.reported_at, incident.closed_at
  FROM rights_incident AS incident
  LEFT JOIN org_staff AS staff ON staff.id = incident.staff_id
  LEFT JOIN org_store AS store ON store.id = incident.store_id
  LEFT JOIN org_staff AS opener ON opener.id = incident.opened_by
 WHERE incident.id = %(incident_id)s::bigint
