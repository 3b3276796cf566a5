-- A signed agreement of a store that is open.
INSERT INTO org_agreement (store_id, signed_on, expires_on)
SELECT store.id, %(signed_on)s::date, %(expires_on)s::date FROM org_store AS store WHERE store.id = %(store_id)s::bigint AND store.active
RETURNING id AS agreement_id, store_id, signed_on, expires_on
