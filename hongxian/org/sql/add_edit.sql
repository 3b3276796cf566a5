-- Adds an edit: what a city, store or team is to be, or that somebody begins, from a moment on.
INSERT INTO org_edit (kind, thing_id, before, after, effective_from, made_at, made_by, why)
VALUES (%(kind)s::text, %(thing_id)s::bigint, %(before)s::jsonb, %(after)s::jsonb, %(effective_from)s::timestamptz, %(now)s::timestamptz,
        %(staff_id)s::bigint, %(why)s::text)
RETURNING id AS edit_id
