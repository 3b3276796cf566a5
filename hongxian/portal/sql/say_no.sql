-- The person's own "no", under every hash of the number. The same visit says it once.
INSERT INTO portal_own_suppression (number_hash, origin, reason, recorded_at, staff_id)
SELECT each.number_hash, %(origin)s::text, %(reason)s::text, %(now)s::timestamptz, 0
  FROM unnest(%(number_hashes)s::bytea[]) AS each (number_hash)
