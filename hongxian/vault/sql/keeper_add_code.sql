-- A code: its mac only.
INSERT INTO vault_code (number_hash, issued_at, mac, until, tries)
VALUES (%(number_hash)s::bytea, %(now)s::timestamptz, %(mac)s::bytea, %(until)s::timestamptz, 0)
RETURNING issued_at
