-- Whether a text of one occasion has been queued to a member, in whosever name.
SELECT EXISTS (SELECT FROM outreach_message AS message
                WHERE message.city_id = %(city_id)s::int AND message.member_id = %(member_id)s::bigint
                  AND message.at > %(since)s::timestamptz AND message.request_key = %(request_key)s::uuid) AS known
