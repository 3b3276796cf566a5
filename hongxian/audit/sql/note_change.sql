-- Writes down a change to the company's own settings or people: before, after, who and why.
INSERT INTO audit_change (at, staff_id, action, thing, before, after, why)
VALUES (%(now)s::timestamptz, %(staff_id)s::bigint, %(action)s::text, %(thing)s::text, %(before)s::jsonb, %(after)s::jsonb, %(why)s::text)
