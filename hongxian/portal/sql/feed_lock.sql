-- One batch at a time: places of others are given in order, and a batch that is repeated finds the first.
SELECT pg_advisory_xact_lock(7300, 1) IS NULL AS done
