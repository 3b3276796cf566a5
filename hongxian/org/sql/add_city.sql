-- Opens a city; its code is the first part of its stores' codes.
INSERT INTO org_city (code, name, name_en, timezone)
VALUES (%(code)s::text, %(name)s::text, %(name_en)s::text, %(timezone)s::text)
RETURNING id AS thing_id
