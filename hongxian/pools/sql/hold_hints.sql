-- Takes the hint locks of pools in common with others, until the transaction ends: no advance looks meanwhile.
SELECT pg_advisory_xact_lock_shared(%(space)s::int, pool.id::int) IS NOT NULL AS locked
  FROM unnest(%(pool_ids)s::bigint[]) AS pool(id)
