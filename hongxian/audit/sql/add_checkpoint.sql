-- Keeps a signed statement.
INSERT INTO audit_checkpoint (size, root, at, key_id, note)
VALUES (%(size)s::bigint, %(root)s::bytea, %(at)s::timestamptz, %(key_id)s::text, %(note)s::text)
