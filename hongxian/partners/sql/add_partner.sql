-- A partner for one city: no row where there is no such city, 0 where the name is taken.
WITH city AS (
    SELECT known.id FROM org_city AS known WHERE known.id = %(city_id)s::int
), made AS (
    INSERT INTO partners_partner (city_id, name, made_by, made_at, why)
    SELECT city.id, %(name)s::text, %(staff_id)s::bigint, %(now)s::timestamptz, %(why)s::text FROM city
        ON CONFLICT (city_id, name) DO NOTHING
    RETURNING id
)
SELECT coalesce((SELECT made.id FROM made), 0) AS made_id FROM city
