-- Erasure: without the salt nobody can tell whom these leaves name. The count stays, for numbers go on without a gap.
INSERT INTO audit_person AS person (city_id, member_id, salt, leaves)
VALUES (%(city_id)s::int, %(member_id)s::bigint, NULL, 0)
    ON CONFLICT (city_id, member_id) DO UPDATE SET salt = NULL
