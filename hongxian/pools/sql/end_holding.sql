-- Ends one holding for good or for a rest: not back into the pool. The caller holds the member's row.
WITH freed AS (
    DELETE FROM pools_holding AS holding
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint
    RETURNING holding.member_id, holding.staff_id, holding.pool_id
), hands AS (
    /*include pools/free_hands*/
), grounds AS (
    /*include vault/remove_grounds*/
), former AS (
    INSERT INTO pools_former (city_id, member_id, staff_id, team_id, until)
    SELECT %(city_id)s::int, freed.member_id, freed.staff_id, coalesce(staff.team_id, 0), %(former_until)s::timestamptz
      FROM freed LEFT JOIN org_staff AS staff ON staff.id = freed.staff_id
        ON CONFLICT (city_id, member_id, staff_id) DO UPDATE SET until = excluded.until, team_id = excluded.team_id
), rest AS (
    INSERT INTO pools_resting (city_id, member_id, pool_id, until, reason)
    SELECT %(city_id)s::int, freed.member_id, freed.pool_id, %(rest_until)s::timestamptz, %(reason)s::text
      FROM freed WHERE %(rest_until)s::timestamptz IS NOT NULL
        ON CONFLICT (city_id, member_id) DO UPDATE SET until = greatest(pools_resting.until, excluded.until)
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, %(move)s::text, freed.member_id, freed.staff_id, %(staff_id)s::bigint,
           freed.pool_id, pool.kind, 0, %(reason)s::text
      FROM freed JOIN pools_pool AS pool ON pool.id = freed.pool_id
)
SELECT freed.member_id, freed.staff_id FROM freed
