-- A hint that counts from now on.
INSERT INTO pools_hint (city_id, pool_id, rank_floor, starts_at)
VALUES (%(city_id)s::int, %(pool_id)s::bigint, %(rank_floor)s::bigint, %(starts_at)s::bigint)
