-- The purposes for which this member's receipts count today: not run out, not withdrawn since, for the notice as it stands.
SELECT DISTINCT receipt.purpose, receipt.notice_hash
  FROM consent_receipt AS receipt
 WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = %(member_id)s::bigint
   AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
   AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                    WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                      AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at)
