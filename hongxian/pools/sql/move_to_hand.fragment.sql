held AS (
    INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)
    SELECT %(city_id)s::int, taken.member_id, %(staff_id)s::bigint, taken.pool_id, taken.rank, 'claimed', %(now)s::timestamptz,
           %(held_until)s::timestamptz, '', '{}' FROM taken
    RETURNING member_id, staff_id, held_until, rank
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'claimed', taken.member_id, %(staff_id)s::bigint,
           %(staff_id)s::bigint, taken.pool_id, spot.kind, 1, '' FROM taken, spot
), ground AS (
    /*include vault/add_grounds*/
), seen AS (
    SELECT held.member_id FROM held
), trace AS (
    /*include audit/add_trace*/
), charged AS (
    UPDATE pools_quota AS quota SET used = used + (SELECT count(*) FROM taken)
     WHERE quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint AND quota.day = %(day)s::date
       AND quota.kind = (SELECT spot.kind FROM spot) AND EXISTS (SELECT FROM taken)
), filled AS (
    UPDATE pools_hand AS hand SET held = held + (SELECT count(*) FROM taken)
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint AND EXISTS (SELECT FROM taken)
)
SELECT held.member_id, (spot.unused - (SELECT count(*) FROM taken))::int AS quota_left
  FROM held, spot ORDER BY held.rank, 1
