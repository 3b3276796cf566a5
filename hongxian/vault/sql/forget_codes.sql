-- Retention: sign-in codes past their time.
DELETE FROM vault_code AS code WHERE code.issued_at < %(before)s::timestamptz
