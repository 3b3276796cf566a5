-- For which of these members a receipt for this purpose, given for the notice as it stands, runs today and was not withdrawn.
SELECT DISTINCT receipt.member_id
  FROM consent_receipt AS receipt
 WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = ANY (%(member_ids)s::bigint[])
   AND receipt.purpose = %(purpose)s::text AND receipt.notice_hash = %(notice_hash)s::text
   AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
   AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                    WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                      AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at)
