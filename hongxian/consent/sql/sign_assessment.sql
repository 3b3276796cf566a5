-- Signs an assessment: from now on the newest of its purpose.
INSERT INTO consent_assessment (purpose, notice_hash, fields, roles, necessity, risks, measures, staff_id, signed_at, signed_on, valid_until)
VALUES (%(purpose)s::text, %(notice_hash)s::text, %(fields)s::text[], %(roles)s::text[], %(necessity)s::text, %(risks)s::text,
        %(measures)s::text, %(staff_id)s::bigint, %(now)s::timestamptz, %(today)s::date, %(valid_until)s::date)
RETURNING id
