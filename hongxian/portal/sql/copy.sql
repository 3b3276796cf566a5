-- Everything that is kept about the visitor, part by part, in one look; what is sealed the keeper adds.
SELECT 'record' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_record AS own), '[]')::text AS rows
UNION ALL
SELECT 'correction' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_correction AS own), '[]')::text AS rows
UNION ALL
SELECT 'receipt' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_receipt AS own), '[]')::text AS rows
UNION ALL
SELECT 'withdrawal' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_withdrawal AS own), '[]')::text AS rows
UNION ALL
SELECT 'refusal' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_refusal AS own), '[]')::text AS rows
UNION ALL
SELECT 'no' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.recorded_at) FROM portal_copy_no AS own), '[]')::text AS rows
UNION ALL
SELECT 'lifting' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.lifted_at) FROM portal_copy_lifting AS own), '[]')::text AS rows
UNION ALL
SELECT 'envelope' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_envelope AS own), '[]')::text AS rows
UNION ALL
SELECT 'ground' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.until) FROM portal_copy_ground AS own), '[]')::text AS rows
UNION ALL
SELECT 'permit' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_permit AS own), '[]')::text AS rows
UNION ALL
SELECT 'pushed' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_pushed AS own), '[]')::text AS rows
UNION ALL
SELECT 'code' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.issued_at) FROM portal_copy_code AS own), '[]')::text AS rows
UNION ALL
SELECT 'visit' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.opened_at) FROM portal_copy_visit AS own), '[]')::text AS rows
UNION ALL
SELECT 'viewed' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_viewed AS own), '[]')::text AS rows
UNION ALL
SELECT 'sent' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_sent AS own), '[]')::text AS rows
UNION ALL
SELECT 'entry' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.since) FROM portal_copy_entry AS own), '[]')::text AS rows
UNION ALL
SELECT 'holding' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.held_since) FROM portal_copy_holding AS own), '[]')::text AS rows
UNION ALL
SELECT 'resting' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.until) FROM portal_copy_resting AS own), '[]')::text AS rows
UNION ALL
SELECT 'former' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.until) FROM portal_copy_former AS own), '[]')::text AS rows
UNION ALL
SELECT 'ledger' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_ledger AS own), '[]')::text AS rows
UNION ALL
SELECT 'call' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_call AS own), '[]')::text AS rows
UNION ALL
SELECT 'placed' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.at, own.id) FROM portal_copy_placed AS own), '[]')::text AS rows
UNION ALL
SELECT 'text' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.at, own.id) FROM portal_copy_text AS own), '[]')::text AS rows
UNION ALL
SELECT 'appointment' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_appointment AS own), '[]')::text AS rows
UNION ALL
SELECT 'contract' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_contract AS own), '[]')::text AS rows
UNION ALL
SELECT 'line' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.run_id, own.row_no) FROM portal_copy_line AS own), '[]')::text AS rows
UNION ALL
SELECT 'request' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_request AS own), '[]')::text AS rows
UNION ALL
SELECT 'complaint' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_complaint AS own), '[]')::text AS rows
UNION ALL
SELECT 'event' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_event AS own), '[]')::text AS rows
UNION ALL
SELECT 'report' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM portal_copy_report AS own), '[]')::text AS rows
UNION ALL
SELECT 'affected' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.incident_id) FROM portal_copy_affected AS own), '[]')::text AS rows
UNION ALL
SELECT 'look' AS part, coalesce((SELECT jsonb_agg(to_jsonb(own) ORDER BY own.at, own.id) FROM portal_copy_look AS own), '[]')::text AS rows
