-- Texts that are being handed over, held until they have been; `fit` where nothing has been said against it meanwhile.
WITH number AS MATERIALIZED (
    SELECT unnest(member.number_hashes) AS hash
      FROM outreach_message AS message
      JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = message.member_id
     WHERE message.city_id = %(city_id)s::int AND message.id = ANY (%(message_ids)s::bigint[])
       AND message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
), /*include consent/noes*/
SELECT message.id AS message_id, coalesce(encode(member.number_hashes[1], 'hex'), '') AS number_hash,
       member.state = 'live' AND member.suppressed_at IS NULL
       AND NOT /*include consent/said_no*/
       AND EXISTS (SELECT FROM consent_receipt AS receipt
                     JOIN unnest(%(purposes)s::text[], %(notice_hashes)s::text[]) AS notice (purpose, hash)
                       ON notice.purpose = receipt.purpose AND notice.hash = receipt.notice_hash
                    WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id AND receipt.purpose = message.purpose
                      AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                      AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                       WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                         AND withdrawal.purpose = receipt.purpose
                                         AND withdrawal.recorded_at >= receipt.recorded_at)) AS fit
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[]) AS each (at, id)
  JOIN outreach_message AS message ON message.city_id = %(city_id)s::int AND message.at = each.at AND message.id = each.id
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = message.member_id
 WHERE message.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz AND message.state = 'handing'
   FOR UPDATE OF message
