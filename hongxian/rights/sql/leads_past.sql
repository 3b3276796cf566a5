-- Retention: records that stand on an ended consent alone: nothing was agreed to since, no consent runs, no contract, no case, no
-- open request. Whoever registered themselves has an account, which they close.
SELECT member.id AS member_id
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.state = 'live' AND member.source <> 'registration'
   AND member.created_at < %(before)s::timestamptz
   AND NOT EXISTS (SELECT FROM consent_receipt AS receipt
                    WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id
                      AND (receipt.given_on >= %(before_day)s::date
                           OR (receipt.valid_until >= %(today)s::date
                               AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                                WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                                  AND withdrawal.purpose = receipt.purpose
                                                  AND withdrawal.recorded_at >= receipt.recorded_at))))
   AND NOT EXISTS (SELECT FROM vault_ground AS ground
                    WHERE ground.city_id = %(city_id)s::int AND ground.member_id = member.id AND ground.kind <> 'claim'
                      AND ground.until > %(now)s::timestamptz)
   AND NOT EXISTS (SELECT FROM rights_request AS request
                    WHERE request.city_id = %(city_id)s::int AND request.member_id = member.id AND request.answered_at IS NULL)
   AND NOT EXISTS (SELECT FROM rights_complaint AS complaint
                    WHERE complaint.city_id = %(city_id)s::int AND complaint.member_id = member.id
                      AND (complaint.closed_at IS NULL OR complaint.reopened_at > complaint.closed_at))
 ORDER BY member.id
 LIMIT %(size)s::int
