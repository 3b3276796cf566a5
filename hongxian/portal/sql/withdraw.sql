-- The visitor takes a yes back; in force for whatever commits after. Never earlier than a yes that was recorded while this one waited.
INSERT INTO portal_own_withdrawal (city_id, member_id, purpose, recorded_at, via)
SELECT %(city_id)s::int, %(member_id)s::bigint, %(purpose)s::text, greatest(%(now)s::timestamptz, max(receipt.recorded_at)), 'portal'
  FROM portal_own_receipt AS receipt
 WHERE receipt.purpose = %(purpose)s::text
