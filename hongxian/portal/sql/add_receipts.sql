-- A yes that the visitor gives for some purposes, to their notices as they stand; later than what they took back before it.
INSERT INTO portal_own_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)
SELECT %(city_id)s::int, %(member_id)s::bigint, each.purpose, %(today)s::date, %(until)s::date, 'portal', each.notice_hash,
       %(origin)s::text,
       greatest(%(now)s::timestamptz, (SELECT max(withdrawal.recorded_at) + interval '1 microsecond'
                                         FROM portal_own_withdrawal AS withdrawal WHERE withdrawal.purpose = each.purpose))
  FROM unnest(%(purposes)s::text[], %(notice_hashes)s::text[]) AS each (purpose, notice_hash)
