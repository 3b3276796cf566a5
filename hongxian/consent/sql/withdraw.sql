-- A member takes back a yes to these purposes; never earlier than a yes that was recorded while this one waited.
INSERT INTO consent_withdrawal (city_id, member_id, purpose, recorded_at, via)
SELECT %(city_id)s::int, %(member_id)s::bigint, back.purpose,
       greatest(%(now)s::timestamptz, (SELECT max(receipt.recorded_at) FROM consent_receipt AS receipt
                                        WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = %(member_id)s::bigint
                                          AND receipt.purpose = back.purpose)), %(via)s::text
  FROM unnest(%(purposes)s::text[]) AS back (purpose)
