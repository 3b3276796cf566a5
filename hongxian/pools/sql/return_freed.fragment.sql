back AS (
    -- With the freshness it had; the grade is today's. Who may not be contacted goes into no pool.
    INSERT INTO pools_entry (city_id, member_id, pool_id, rank, since, sex, birth_year, height_cm, education, income_band, marital,
                             district)
    SELECT %(city_id)s::int, freed.member_id, freed.pool_id,
           (strpos('ABCDE', member.grade) - 1)::bigint << 40 | (freed.rank & ((1::bigint << 40) - 1)), %(now)s::timestamptz,
           /*include pools/narrow_facets*/
      FROM freed JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = freed.member_id
     WHERE /*include pools/reachable*/
    RETURNING member_id, pool_id, rank
), hints AS (
    /*include pools/lower_hints*/
), /*include pools/end_of_holding*/
SELECT freed.member_id, back.member_id IS NOT NULL AS returned
  FROM freed LEFT JOIN back ON back.member_id = freed.member_id
 ORDER BY freed.member_id
