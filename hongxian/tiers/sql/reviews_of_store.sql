-- A store's reviews since a month: what is to be decided first, then the newest.
SELECT review.id AS review_id, review.month, review.staff_id, staff.alias, coalesce(team.name, '') AS team_name, review.tier_before,
       review.tier_proposed, review.reason, review.score, review.calls, review.connects, review.interested, review.arrived, review.contracts,
       review.refusals, review.complaints, review.tier_decided, review.decided_at, coalesce(decider.alias, '') AS decided_alias, review.why
  FROM tiers_review AS review
  JOIN org_staff AS staff ON staff.id = review.staff_id
  LEFT JOIN org_team AS team ON team.id = staff.team_id
  LEFT JOIN org_staff AS decider ON decider.id = review.decided_by
 WHERE review.city_id = %(city_id)s::int AND review.store_id = %(store_id)s::bigint AND review.month >= %(since)s::date
 ORDER BY review.decided_at IS NOT NULL, review.month DESC, review.tier_before, team_name, review.staff_id
