former AS (
    INSERT INTO pools_former (city_id, member_id, staff_id, team_id, until)
    SELECT %(city_id)s::int, freed.member_id, freed.staff_id, coalesce(staff.team_id, 0), %(waits_until)s::timestamptz
      FROM freed LEFT JOIN org_staff AS staff ON staff.id = freed.staff_id
    ON CONFLICT (city_id, member_id, staff_id) DO UPDATE SET team_id = excluded.team_id, until = excluded.until
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, %(move)s::text, freed.member_id, freed.staff_id,
           %(staff_id)s::bigint, freed.pool_id, coalesce(pool.kind, ''), 0, %(reason)s::text
      FROM freed LEFT JOIN pools_pool AS pool ON pool.id = freed.pool_id
), ground AS (
    /*include vault/remove_grounds*/
), emptied AS (
    UPDATE pools_hand AS hand SET held = hand.held - less.members
      FROM (SELECT freed.staff_id, count(*) AS members FROM freed GROUP BY freed.staff_id) AS less
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = less.staff_id
), seen AS (
    SELECT freed.member_id FROM freed
), trace AS (
    /*include audit/add_trace*/
)
