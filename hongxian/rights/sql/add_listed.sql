-- Whom an incident touches in a city because they are listed, with the fields that are named; whoever is there already gains those fields.
INSERT INTO rights_affected (city_id, incident_id, member_id, fields, reads)
SELECT %(city_id)s::int, incident.id, member.id, incident.listed_fields, 0
  FROM rights_incident AS incident
 CROSS JOIN LATERAL jsonb_array_elements(incident.listed) AS listed (pair)
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = (listed.pair ->> 1)::bigint
 WHERE incident.id = %(incident_id)s::bigint AND incident.notified_at IS NULL AND (listed.pair ->> 0)::int = %(city_id)s::int
    ON CONFLICT (city_id, incident_id, member_id) DO UPDATE
   SET fields = ARRAY(SELECT DISTINCT each FROM unnest(rights_affected.fields || excluded.fields) AS each ORDER BY each)
