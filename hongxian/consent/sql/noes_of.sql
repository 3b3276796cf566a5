-- What one member took back or said no to when asked again, the newest first.
SELECT withdrawal.purpose, withdrawal.recorded_at, 'withdrawn' AS kind, withdrawal.via
  FROM consent_withdrawal AS withdrawal
 WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = %(member_id)s::bigint
 UNION ALL
SELECT refusal.purpose, refusal.recorded_at, 'refused' AS kind, 'portal' AS via
  FROM consent_refusal AS refusal
 WHERE refusal.city_id = %(city_id)s::int AND refusal.member_id = %(member_id)s::bigint
 ORDER BY recorded_at DESC
