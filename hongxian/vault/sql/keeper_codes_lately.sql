-- How many codes this number asked for within the last minute and the last day.
SELECT count(*) FILTER (WHERE code.issued_at > %(now)s::timestamptz - interval '1 minute'
                          AND code.issued_at <= %(now)s::timestamptz + interval '1 minute') AS minute, count(*) AS day
  FROM vault_code AS code
 WHERE code.number_hash = %(number_hash)s::bytea AND code.issued_at > %(now)s::timestamptz - interval '1 day'
