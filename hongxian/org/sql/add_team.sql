-- Forms a team in a store.
INSERT INTO org_team (store_id, name) VALUES (%(store_id)s::bigint, %(name)s::text) RETURNING id AS thing_id
