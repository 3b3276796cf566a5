-- Those in one consultant's hands, the first of them in the order to work through; whom is open on the page is always among them.
-- The trace names those who are shown, live and whose consent runs: the keeper opens for no others, and for none at all when one
-- of a list is not so.
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
), ranked AS (
    SELECT held.*, held.call_back_at IS NOT NULL AND held.call_back_at <= %(now)s::timestamptz AS due,
           held.last_tried_at IS NOT NULL AND held.last_tried_at >= %(midnight)s::timestamptz AS done_today
      FROM held
), listed AS (
    SELECT ranked.*, count(*) OVER ()::int AS total,
           row_number() OVER (ORDER BY (NOT ranked.unfiled), (ranked.done_today AND NOT ranked.due), (ranked.call_back_at IS NULL),
                                       ranked.call_back_at, ranked.last_tried_at NULLS FIRST, ranked.held_since, ranked.rank,
                                       ranked.member_id) AS turn
      FROM ranked
     ORDER BY (ranked.member_id <> %(open_id)s::bigint), turn
     LIMIT %(most)s::int
), seen AS (
    SELECT listed.member_id FROM listed WHERE listed.speaks
), trace AS (
    /*include audit/add_trace*/
)
SELECT trace.at AS trace_at, trace.id AS trace_id, listed.city_id, listed.member_id, city.code AS city_code, member.sex,
       member.birth_year, member.district, member.grade, listed.held_until, listed.call_back_at, listed.last_outcome,
       listed.last_tried_at, cardinality(listed.silent_slots) AS silent, listed.speaks, listed.due, listed.done_today, listed.unfiled,
       listed.total
  FROM listed
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = listed.member_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
  LEFT JOIN trace ON true
 ORDER BY listed.turn
