-- Held members who said yes to a text on their birthday, for the notice as it stands, and may be written to at all.
SELECT DISTINCT holding.member_id, holding.staff_id, holding.held_since AS at
  FROM pools_holding AS holding
  JOIN members_member AS member ON member.city_id = holding.city_id AND member.id = holding.member_id
  JOIN consent_receipt AS receipt ON receipt.city_id = holding.city_id AND receipt.member_id = holding.member_id
 WHERE holding.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND receipt.city_id = %(city_id)s::int
   AND member.state = 'live' AND member.suppressed_at IS NULL AND holding.held_until > %(now)s::timestamptz
   AND receipt.purpose = 'outreach.birthday' AND receipt.notice_hash = %(notice_hash)s::text
   AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
   AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                    WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                      AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at)
 ORDER BY holding.staff_id, holding.member_id
