-- Whom this consultant turns to next: call-backs that are due, then those never contacted, then the longest silent; nobody
-- contacted today, nobody just left, nobody whose call-back is still to come.
SELECT holding.city_id, holding.member_id FROM pools_holding AS holding
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = holding.member_id AND member.state = 'live'
 WHERE holding.city_id = %(city_id)s::int AND holding.staff_id = %(staff_id)s::bigint
   AND holding.member_id <> %(member_id)s::bigint
   AND (holding.call_back_at <= %(now)s::timestamptz
        OR (holding.call_back_at IS NULL AND (holding.last_tried_at IS NULL OR holding.last_tried_at < %(today)s::timestamptz)))
 ORDER BY (holding.call_back_at IS NULL), holding.call_back_at, holding.last_tried_at NULLS FIRST, holding.held_since,
          holding.rank, holding.member_id
 LIMIT 1
