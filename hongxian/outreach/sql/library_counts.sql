-- How many of a store's members are in each place; the same rule as the list.
WITH agreed AS (
    SELECT DISTINCT receipt.member_id FROM consent_receipt AS receipt
     WHERE receipt.city_id = %(city_id)s::int AND receipt.purpose = 'outreach.call' AND receipt.notice_hash = %(notice_hash)s::text
       AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
       AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                        WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                          AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at)
)
SELECT CASE WHEN member.state = 'erased' THEN 'erased'
            WHEN member.suppressed_at IS NOT NULL THEN 'suppressed'
            WHEN member.state <> 'live' THEN 'barred'
            WHEN agreed.member_id IS NULL THEN 'no_consent'
            WHEN holding.member_id IS NOT NULL THEN 'held'
            WHEN resting.member_id IS NOT NULL AND resting.until > %(now)s::timestamptz THEN 'resting'
            WHEN entry.member_id IS NOT NULL THEN 'pool'
            ELSE 'none' END AS place,
       count(*)::int AS members
  FROM members_member AS member
  LEFT JOIN agreed ON agreed.member_id = member.id
  LEFT JOIN pools_holding AS holding ON holding.city_id = %(city_id)s::int AND holding.member_id = member.id
  LEFT JOIN pools_resting AS resting ON resting.city_id = %(city_id)s::int AND resting.member_id = member.id
  LEFT JOIN pools_entry AS entry ON entry.city_id = %(city_id)s::int AND entry.member_id = member.id
 WHERE member.city_id = %(city_id)s::int AND member.store_id = %(store_id)s::bigint
 GROUP BY 1
