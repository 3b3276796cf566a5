-- Whether a member may still be rung: nothing was said against it since the call was placed. The member is held.
SELECT member.state = 'live' AND member.suppressed_at IS NULL
       AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                        WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = member.id
                          AND withdrawal.purpose = 'outreach.call' AND withdrawal.recorded_at >= %(at)s::timestamptz) AS fit
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
