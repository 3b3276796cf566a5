-- A package is opened.
INSERT INTO sales_package (name, months, price_fen, open)
VALUES (%(name)s::text, %(months)s::smallint, %(price_fen)s::bigint, true)
ON CONFLICT (name) DO NOTHING
RETURNING id AS package_id
