-- Whom an incident touches in a city, from the traces: whose fields were seen within its span, by its person, store and process.
INSERT INTO rights_affected (city_id, incident_id, member_id, fields, reads, first_at, last_at)
SELECT %(city_id)s::int, %(incident_id)s::bigint, seen.member_id, array_agg(DISTINCT seen.field ORDER BY seen.field),
       count(DISTINCT (seen.at, seen.trace_id)), min(seen.at), max(seen.at)
  FROM (SELECT trace.at, trace.id AS trace_id, member.id AS member_id, field.name AS field
          FROM rights_incident AS incident
          JOIN audit_trace AS trace ON trace.city_id = %(city_id)s::int AND trace.at >= incident.begins_at AND trace.at < incident.ends_at
         CROSS JOIN unnest(trace.member_ids) AS member (id)
         CROSS JOIN unnest(trace.fields) AS field (name)
         WHERE incident.id = %(incident_id)s::bigint AND incident.notified_at IS NULL AND trace.outcome = 'allowed'
           AND (incident.staff_id IS NULL OR trace.staff_id = incident.staff_id)
           AND (incident.store_id IS NULL OR trace.store_id = incident.store_id)
           AND (incident.process = '' OR trace.process = incident.process)) AS seen
 GROUP BY seen.member_id
