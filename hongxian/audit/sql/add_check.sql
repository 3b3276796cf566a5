-- Keeps what a verification found.
INSERT INTO audit_check (at, size, against, sound, findings)
VALUES (%(at)s::timestamptz, %(size)s::bigint, %(against)s::bigint, %(sound)s::boolean, %(findings)s::jsonb)
