-- The person's own "no", under every hash of the number; never earlier than a lifting that came while this one waited its turn.
INSERT INTO portal_own_suppression (number_hash, origin, reason, recorded_at, staff_id)
SELECT each.number_hash, %(origin)s::text, %(reason)s::text,
       greatest(%(now)s::timestamptz, (SELECT max(lifting.lifted_at) FROM portal_own_lifting AS lifting
                                        WHERE lifting.number_hash = each.number_hash)), 0
  FROM unnest(%(number_hashes)s::bytea[]) AS each (number_hash)
