-- After a while everybody who took one of these numbers has a transaction number too; the gap closes when all up to now have ended.
UPDATE audit_gap AS gap SET horizon = %(horizon)s::bigint WHERE gap.horizon IS NULL AND gap.seen_at <= %(before)s::timestamptz
