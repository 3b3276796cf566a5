held AS (
    INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)
    SELECT %(city_id)s::int, taken.member_id, %(staff_id)s::bigint, %(pool_id)s::bigint, taken.rank, 'claim', %(now)s::timestamptz,
           %(held_until)s::timestamptz, '', '{}'
      FROM taken
    RETURNING member_id, staff_id, rank, held_until
), seen AS (
    SELECT held.member_id FROM held
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'claimed', held.member_id, held.staff_id, held.staff_id,
           %(pool_id)s::bigint, room.kind, 1
      FROM held, room
), ground AS (
    /*include vault/add_grounds*/
), trace AS (
    /*include audit/add_trace*/
), charged AS (
    UPDATE pools_quota AS quota SET used = quota.used + (SELECT count(*) FROM taken)
      FROM room
     WHERE quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint AND quota.day = %(day)s::date
       AND quota.kind = room.kind AND EXISTS (SELECT FROM taken)
), filled AS (
    UPDATE pools_hand AS hand SET held = hand.held + (SELECT count(*) FROM taken)
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint AND EXISTS (SELECT FROM taken)
)
SELECT held.member_id, held.held_until FROM held ORDER BY held.rank, held.member_id
