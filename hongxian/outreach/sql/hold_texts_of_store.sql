-- Lets one text after the other of a store be weighed: whoever asks next waits until this transaction ends.
SELECT pg_advisory_xact_lock(%(space)s::int, mod(%(store_id)s::bigint, 2147483647)::int) IS NULL AS waited
