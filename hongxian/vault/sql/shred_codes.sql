-- Erasure: sign-in codes of a number.
DELETE FROM vault_code AS code WHERE code.number_hash = ANY (%(number_hashes)s::bytea[])
