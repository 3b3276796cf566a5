-- Whether the person's last word on being graded was to switch it off.
SELECT EXISTS (
       SELECT FROM consent_withdrawal AS withdrawal
        WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = %(member_id)s::bigint
          AND withdrawal.purpose = %(purpose)s::text
          AND NOT EXISTS (SELECT FROM consent_receipt AS receipt
                           WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = withdrawal.member_id
                             AND receipt.purpose = withdrawal.purpose
                             AND receipt.recorded_at > withdrawal.recorded_at)) AS off
