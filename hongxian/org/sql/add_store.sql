-- Opens a store; without an agreement it reads nothing yet.
INSERT INTO org_store (city_id, code, name, name_en, franchise, active)
VALUES (%(city_id)s::int, %(code)s::text, %(name)s::text, %(name_en)s::text, %(franchise)s::boolean, true)
RETURNING id AS thing_id
