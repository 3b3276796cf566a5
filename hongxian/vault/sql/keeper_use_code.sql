-- A code opens one visit.
UPDATE vault_code AS code SET used_at = %(now)s::timestamptz
 WHERE code.number_hash = %(number_hash)s::bytea AND code.issued_at = %(issued_at)s::timestamptz AND code.used_at IS NULL
RETURNING code.issued_at
