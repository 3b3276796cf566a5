-- What the visitor took back, and which texts they said no to, the newest first.
SELECT 'withdrawn' AS kind, withdrawal.purpose, '' AS notice_hash, withdrawal.recorded_at
  FROM portal_own_withdrawal AS withdrawal
 UNION ALL
SELECT 'refused' AS kind, refusal.purpose, refusal.notice_hash, refusal.recorded_at
  FROM portal_own_refusal AS refusal
 ORDER BY recorded_at DESC
