-- Everybody in one consultant's hands. The trace names those who are live and whose consent runs: the keeper opens for no others,
-- and for none at all when one of a list is not so.
WITH number AS MATERIALIZED (
    SELECT unnest(member.number_hashes) AS hash
      FROM pools_holding AS holding
      JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = holding.member_id
     WHERE holding.city_id = %(city_id)s::int AND holding.staff_id = %(staff_id)s::bigint
), /*include consent/noes*/, held AS (
    SELECT holding.*, EXISTS (
               SELECT FROM consent_receipt AS receipt
                WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = holding.member_id
                  AND receipt.purpose = 'outreach.call' AND receipt.notice_hash = %(notice_hash)s::text
                  AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                  AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                   WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                     AND withdrawal.purpose = receipt.purpose
                                     AND withdrawal.recorded_at >= receipt.recorded_at))
           AND NOT /*include consent/said_no*/ AS speaks,
           EXISTS (SELECT FROM outreach_placedcall AS call
                    WHERE call.city_id = %(city_id)s::int AND call.staff_id = %(staff_id)s::bigint AND call.member_id = holding.member_id
                      AND call.at > %(now)s::timestamptz - interval '7 days' AND call.state = 'ended'
                      AND call.member_at IS NOT NULL AND call.filed_at IS NULL AND call.nine_at IS NULL) AS unfiled
      FROM pools_holding AS holding
      JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = holding.member_id
      JOIN vault_ground AS ground ON ground.city_id = %(city_id)s::int AND ground.member_id = holding.member_id
           AND ground.staff_id = holding.staff_id AND ground.kind = 'claim' AND ground.until > %(now)s::timestamptz
     WHERE holding.city_id = %(city_id)s::int AND holding.staff_id = %(staff_id)s::bigint AND member.state = 'live'
     ORDER BY holding.held_since DESC, holding.member_id
     LIMIT %(size)s::int
), seen AS (
    SELECT held.member_id FROM held WHERE held.speaks
), trace AS (
    /*include audit/add_trace*/
)
SELECT trace.at AS trace_at, trace.id AS trace_id, held.city_id, held.member_id, city.code AS city_code, member.sex, member.birth_year,
       member.district, member.grade, held.held_until, held.call_back_at, held.last_outcome, held.last_tried_at,
       cardinality(held.silent_slots) AS silent, held.speaks,
       held.call_back_at IS NOT NULL AND held.call_back_at <= %(now)s::timestamptz AS due,
       held.last_tried_at IS NOT NULL AND held.last_tried_at >= %(midnight)s::timestamptz AS done_today, held.unfiled
  FROM held
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = held.member_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
  LEFT JOIN trace ON true
 ORDER BY (NOT held.unfiled), (held.last_tried_at IS NOT NULL AND held.last_tried_at >= %(midnight)s::timestamptz
           AND NOT (held.call_back_at IS NOT NULL AND held.call_back_at <= %(now)s::timestamptz)),
          (held.call_back_at IS NULL), held.call_back_at, held.last_tried_at NULLS FIRST, held.held_since, held.rank, held.member_id
