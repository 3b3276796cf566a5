-- Ends the rests of members whose rows are locked; who may be contacted goes back into the pool.
WITH freed AS (
    DELETE FROM pools_resting AS resting
     WHERE resting.city_id = %(city_id)s::int AND resting.member_id = ANY (%(member_ids)s::bigint[])
       AND resting.until <= %(now)s::timestamptz
    RETURNING resting.member_id, resting.pool_id
), back AS (
    INSERT INTO pools_entry (city_id, member_id, pool_id, rank, since, sex, birth_year, height_cm, education, income_band, marital,
                             district)
    SELECT %(city_id)s::int, freed.member_id, freed.pool_id, /*include pools/fresh_rank*/, %(now)s::timestamptz,
           /*include pools/narrow_facets*/
      FROM freed JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = freed.member_id
     WHERE /*include pools/reachable*/
    RETURNING member_id, pool_id, rank
), hints AS (
    /*include pools/lower_hints*/
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'rest_over', freed.member_id, 0, %(staff_id)s::bigint, freed.pool_id,
           coalesce(pool.kind, ''), 0, CASE WHEN back.member_id IS NULL THEN 'unreachable' ELSE '' END
      FROM freed LEFT JOIN back ON back.member_id = freed.member_id LEFT JOIN pools_pool AS pool ON pool.id = freed.pool_id
)
SELECT freed.member_id FROM freed
