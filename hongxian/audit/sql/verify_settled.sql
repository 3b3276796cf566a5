-- Waits until a pass of sealing that is under way has ended on every node of a cluster; one that comes later waits for this transaction.
SELECT pg_advisory_xact_lock_shared(%(key)s::bigint)
