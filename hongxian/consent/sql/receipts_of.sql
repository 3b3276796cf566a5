-- Every yes of one member, the newest first, each with the withdrawal that ended it.
SELECT receipt.purpose, receipt.given_on, receipt.valid_until, receipt.evidence, receipt.notice_hash, receipt.origin, receipt.recorded_at,
       (SELECT min(withdrawal.recorded_at) FROM consent_withdrawal AS withdrawal
         WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
           AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at) AS withdrawn_at
  FROM consent_receipt AS receipt
 WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = %(member_id)s::bigint
 ORDER BY receipt.recorded_at DESC, receipt.id DESC
