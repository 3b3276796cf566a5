-- Names a city anew.
UPDATE org_city AS city SET name = %(name)s::text, name_en = %(name_en)s::text WHERE city.id = %(thing_id)s::int
RETURNING city.id AS thing_id
