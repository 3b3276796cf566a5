-- Names a template; none is made where the name is taken.
INSERT INTO outreach_template (name, kind, uses, made_by, made_at)
VALUES (%(name)s::text, %(kind)s::text, %(uses)s::text[], %(staff_id)s::bigint, %(now)s::timestamptz)
ON CONFLICT (name) DO NOTHING
RETURNING id
