-- Forgets gaps: filled, or of transactions that have all ended.
DELETE FROM audit_gap AS gap WHERE gap.first_id = ANY (%(first_ids)s::bigint[])
