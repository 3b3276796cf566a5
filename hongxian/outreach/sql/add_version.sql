-- Asks for a wording; the caller holds the template.
INSERT INTO outreach_version (template_id, number, body, state, asked_by, asked_at, why, retired_why)
SELECT %(template_id)s::bigint, coalesce(max(version.number), 0) + 1, %(body)s::text, 'asked', %(staff_id)s::bigint,
       %(now)s::timestamptz, '', ''
  FROM outreach_version AS version
 WHERE version.template_id = %(template_id)s::bigint
RETURNING id
