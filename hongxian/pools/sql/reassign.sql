-- Moves held members, whose rows and holders' hands are locked, to another consultant. Givers of another team wait before
-- they may reclaim; within a team the members stay where they were.
WITH freed AS (
    SELECT holding.member_id, holding.staff_id, holding.pool_id FROM pools_holding AS holding
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = ANY (%(member_ids)s::bigint[])
       AND holding.staff_id <> %(receiver_id)s::bigint
), held AS (
    UPDATE pools_holding AS holding
       SET staff_id = %(receiver_id)s::bigint, how = 'reassigned', held_since = %(now)s::timestamptz,
           held_until = greatest(holding.held_until, %(held_until)s::timestamptz)
      FROM freed
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = freed.member_id
    RETURNING holding.member_id, holding.staff_id, holding.held_until
), given AS (
    /*include vault/add_grounds*/
), taken AS (
    /*include vault/remove_grounds*/
), former AS (
    INSERT INTO pools_former (city_id, member_id, staff_id, team_id, until)
    SELECT %(city_id)s::int, freed.member_id, freed.staff_id, coalesce(staff.team_id, 0), %(waits_until)s::timestamptz
      FROM freed LEFT JOIN org_staff AS staff ON staff.id = freed.staff_id
     WHERE staff.team_id IS DISTINCT FROM %(receiver_team_id)s::bigint
    ON CONFLICT (city_id, member_id, staff_id) DO UPDATE SET team_id = excluded.team_id, until = excluded.until
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'reassigned', freed.member_id, %(receiver_id)s::bigint,
           %(staff_id)s::bigint, freed.pool_id, coalesce(pool.kind, ''), 0, 'from ' || freed.staff_id
      FROM freed LEFT JOIN pools_pool AS pool ON pool.id = freed.pool_id
), hands AS (
    UPDATE pools_hand AS hand SET held = hand.held + change.members
      FROM (SELECT each.staff_id, sum(each.members) AS members
              FROM (SELECT freed.staff_id, -1 AS members FROM freed
                    UNION ALL SELECT %(receiver_id)s::bigint, 1 FROM freed) AS each
             GROUP BY each.staff_id) AS change
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = change.staff_id
), seen AS (
    SELECT held.member_id FROM held
), trace AS (
    /*include audit/add_trace*/
)
SELECT held.member_id FROM held ORDER BY held.member_id
