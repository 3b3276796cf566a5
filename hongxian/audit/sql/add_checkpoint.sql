-- Keeps a signed statement.
INSERT INTO audit_checkpoint (size, root, at, key, note)
VALUES (%(size)s::bigint, %(root)s::bytea, %(at)s::timestamptz, %(key)s::text, %(note)s::text)
