-- Retention: visits that have been over for long enough.
DELETE FROM vault_visit AS visit WHERE visit.until < %(before)s::timestamptz
