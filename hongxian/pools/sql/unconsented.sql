-- Members whom the record says may be called while no receipt for today's text of that purpose runs; the lowest numbers first.
SELECT member.id AS member_id
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id > %(after)s::bigint AND member.contact_until >= %(today)s::date
   AND NOT EXISTS (SELECT FROM consent_receipt AS receipt
                    WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id AND receipt.purpose = %(purpose)s::text
                      AND receipt.notice_hash = %(notice_hash)s::text
                      AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                      AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                       WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                         AND withdrawal.purpose = receipt.purpose
                                         AND withdrawal.recorded_at >= receipt.recorded_at))
 ORDER BY member.id
 LIMIT %(size)s::int
