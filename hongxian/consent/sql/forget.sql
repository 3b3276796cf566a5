-- Erasure: the texts in an erased member's receipts go; the database's function does it for nobody else.
SELECT consent_forget(%(city_id)s::int, %(member_id)s::bigint) AS receipts
