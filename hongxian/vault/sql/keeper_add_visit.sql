-- Somebody has proved that a number is theirs.
INSERT INTO vault_visit (token_hash, number_hashes, city_id, member_id, scope, opened_at, until)
VALUES (%(token_hash)s::bytea, %(number_hashes)s::bytea[], %(city_id)s::int, %(member_id)s::bigint, %(scope)s::text,
        %(now)s::timestamptz, %(until)s::timestamptz)
RETURNING token_hash
