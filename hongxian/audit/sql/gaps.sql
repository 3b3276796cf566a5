-- The open gaps, from the lowest number on.
SELECT gap.first_id, gap.last_id, gap.seen_at, gap.horizon FROM audit_gap AS gap ORDER BY gap.first_id
