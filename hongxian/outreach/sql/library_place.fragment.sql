SELECT member.id AS member_id, member.sex, member.birth_year, member.height_cm, member.education, member.district, member.grade,
           holding.staff_id AS holder_id, holding.held_until, resting.until AS resting_until, entry.pool_id,
           CASE WHEN member.state = 'erased' THEN 'erased'
                WHEN member.suppressed_at IS NOT NULL THEN 'suppressed'
                WHEN member.state <> 'live' THEN 'barred'
                WHEN (
                    SELECT true FROM consent_receipt AS receipt
                     WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id
                       AND receipt.purpose = 'outreach.call' AND receipt.notice_hash = %(notice_hash)s::text
                       AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                       AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                        WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                          AND withdrawal.purpose = receipt.purpose
                                          AND withdrawal.recorded_at >= receipt.recorded_at)
                     LIMIT 1) IS NULL THEN 'no_consent'
                WHEN holding.member_id IS NOT NULL THEN 'held'
                WHEN resting.member_id IS NOT NULL AND resting.until > %(now)s::timestamptz THEN 'resting'
                WHEN entry.member_id IS NOT NULL THEN 'pool'
                ELSE 'none' END AS place
