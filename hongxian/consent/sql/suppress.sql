-- Records a "no" for a number under every hash key. The same "no" from the same origin is written once.
INSERT INTO consent_suppression (number_hash, origin, reason, recorded_at, staff_id, store_id)
SELECT each.number_hash, %(origin)s::text, %(reason)s::text,
       greatest(%(now)s::timestamptz, (SELECT max(lifting.lifted_at) FROM consent_lifting AS lifting
                                        WHERE lifting.number_hash = each.number_hash)), %(staff_id)s::bigint, %(store_id)s::bigint
  FROM unnest(%(number_hashes)s::bytea[]) AS each (number_hash)
    ON CONFLICT (number_hash, origin) DO NOTHING
