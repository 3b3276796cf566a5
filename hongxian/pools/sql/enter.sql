-- Gives members, whose rows are locked, a place in their store's pool: live, reachable, and nowhere else yet.
WITH back AS (
    INSERT INTO pools_entry (city_id, member_id, pool_id, rank, since, sex, birth_year, height_cm, education, income_band, marital,
                             district)
    SELECT %(city_id)s::int, member.id, pool.id, /*include pools/fresh_rank*/, %(now)s::timestamptz,
           /*include pools/narrow_facets*/
      FROM members_member AS member
      JOIN pools_pool AS pool ON pool.city_id = %(city_id)s::int AND pool.kind = 'store' AND pool.store_id = member.store_id
     WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[]) AND /*include pools/reachable*/
       AND NOT EXISTS (SELECT FROM pools_holding AS holding
                        WHERE holding.city_id = %(city_id)s::int AND holding.member_id = member.id)
       AND NOT EXISTS (SELECT FROM pools_resting AS resting
                        WHERE resting.city_id = %(city_id)s::int AND resting.member_id = member.id)
    ON CONFLICT (city_id, member_id) DO NOTHING
    RETURNING member_id, pool_id, rank
), hints AS (
    /*include pools/lower_hints*/
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'entered', back.member_id, 0, %(staff_id)s::bigint, back.pool_id,
           'store', 0, '' FROM back
)
SELECT back.member_id FROM back
