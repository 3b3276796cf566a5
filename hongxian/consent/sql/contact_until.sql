-- Until when each of these members may be contacted for this purpose, for the notice as it stands; nobody whose consent doesn't run today.
SELECT receipt.member_id, max(receipt.valid_until) AS until
  FROM consent_receipt AS receipt
 WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = ANY (%(member_ids)s::bigint[])
   AND receipt.purpose = %(purpose)s::text AND receipt.notice_hash = %(notice_hash)s::text
   AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
   AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                    WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                      AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at)
 GROUP BY receipt.member_id
