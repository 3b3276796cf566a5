-- Counts a try on the newest code of a number that is good and not used up; its mac comes back to be compared.
-- One from the time to come, from before the clock was set back, is no code any more: it would live longer than was told.
UPDATE vault_code AS code SET tries = code.tries + 1
 WHERE code.number_hash = %(number_hash)s::bytea AND code.used_at IS NULL AND code.until > %(now)s::timestamptz
   AND code.tries < %(most)s::int
   AND code.issued_at = (SELECT max(newest.issued_at) FROM vault_code AS newest
                          WHERE newest.number_hash = %(number_hash)s::bytea
                            AND newest.issued_at <= %(now)s::timestamptz + interval '1 minute')
RETURNING code.issued_at, code.mac
