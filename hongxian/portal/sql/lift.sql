-- The person lifts their own "no"; the view takes it only within a quarter of an hour after the code.
INSERT INTO portal_new_lifting (number_hash, lifted_at, proof)
SELECT each.number_hash, %(now)s::timestamptz, %(proof)s::text
  FROM unnest(%(number_hashes)s::bytea[]) AS each (number_hash)
