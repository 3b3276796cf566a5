-- Takes a yes back; in force for whatever commits after. Never earlier than a yes that was recorded while this one waited its turn.
INSERT INTO consent_withdrawal (city_id, member_id, purpose, recorded_at, via)
SELECT %(city_id)s::int, %(member_id)s::bigint, %(purpose)s::text, greatest(%(now)s::timestamptz, max(receipt.recorded_at)), %(via)s::text
  FROM consent_receipt AS receipt
 WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = %(member_id)s::bigint AND receipt.purpose = %(purpose)s::text
