-- Records a "no" for a number under every hash key. The same "no" from the same origin is written once.
WITH lifted AS MATERIALIZED (
    SELECT lifting.number_hash, max(lifting.lifted_at) AS at FROM consent_lifting AS lifting
     WHERE lifting.number_hash = ANY (%(number_hashes)s::bytea[]) GROUP BY lifting.number_hash
)
INSERT INTO consent_suppression (number_hash, origin, reason, recorded_at, staff_id, store_id)
SELECT each.number_hash, %(origin)s::text, %(reason)s::text,
       greatest(%(now)s::timestamptz, lifted.at), %(staff_id)s::bigint, %(store_id)s::bigint
  FROM unnest(%(number_hashes)s::bytea[]) AS each (number_hash) LEFT JOIN lifted ON lifted.number_hash = each.number_hash
    ON CONFLICT (number_hash, origin) DO NOTHING
