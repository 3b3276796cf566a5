-- Records many a "no" at once, each under every hash key; from one origin a number's "no" is written once. What is new comes back.
INSERT INTO consent_suppression (number_hash, origin, reason, recorded_at, staff_id, store_id)
SELECT each.number_hash, each.origin, each.reason, %(now)s::timestamptz, %(staff_id)s::bigint, %(store_id)s::bigint
  FROM unnest(%(number_hashes)s::bytea[], %(origins)s::text[], %(reasons)s::text[]) AS each (number_hash, origin, reason)
    ON CONFLICT (number_hash, origin) DO NOTHING
RETURNING number_hash, reason
