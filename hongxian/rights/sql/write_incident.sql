-- What was done, and what people are told, in both languages.
UPDATE rights_incident AS incident
   SET cause = %(cause)s::text, harm = %(harm)s::text, measures = %(measures)s::text, advice = %(advice)s::text, contact = %(contact)s::text,
       notice_zh = %(notice_zh)s::text, notice_en = %(notice_en)s::text
 WHERE incident.id = %(incident_id)s::bigint
RETURNING incident.id AS incident_id
