-- Who wants to be in nobody's suggestions, in every city; whoever said so before has said it.
INSERT INTO portal_feed_optout (city_id, ref_hash, at)
SELECT city.id, new.ref_hash, %(now)s::timestamptz
  FROM portal_city AS city CROSS JOIN (SELECT DISTINCT unnest(%(ref_hashes)s::bytea[]) AS ref_hash) AS new
ON CONFLICT DO NOTHING
