-- Keeps ranges of numbers that no trace was seen to have, each with the moment at which that was seen first.
INSERT INTO audit_gap (first_id, last_id, seen_at, horizon)
SELECT gap.first_id, gap.last_id, gap.seen_at, gap.horizon
  FROM unnest(%(first_ids)s::bigint[], %(last_ids)s::bigint[], %(seen_ats)s::timestamptz[], %(horizons)s::bigint[])
    AS gap(first_id, last_id, seen_at, horizon)
