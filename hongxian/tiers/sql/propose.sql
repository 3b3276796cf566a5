-- Writes down a month's proposals; who has one for that month keeps it.
INSERT INTO tiers_review (city_id, month, store_id, staff_id, tier_before, tier_proposed, reason, score, calls, connects, interested, arrived,
                          contracts, refusals, complaints, proposed_at)
SELECT %(city_id)s::int, %(month)s::date, given.store_id, given.staff_id, given.tier_before, given.tier_proposed, given.reason, given.score,
       given.calls, given.connects, given.interested, given.arrived, given.contracts, given.refusals, given.complaints, %(now)s::timestamptz
  FROM unnest(%(store_ids)s::bigint[], %(staff_ids)s::bigint[], %(before)s::text[], %(proposed)s::text[], %(reasons)s::text[],
              %(scores)s::int[], %(calls)s::int[], %(connects)s::int[], %(interested)s::int[], %(arrived)s::int[], %(contracts)s::int[],
              %(refusals)s::int[], %(complaints)s::int[])
       AS given(store_id, staff_id, tier_before, tier_proposed, reason, score, calls, connects, interested, arrived, contracts, refusals,
                complaints)
ON CONFLICT (city_id, month, staff_id) DO NOTHING
