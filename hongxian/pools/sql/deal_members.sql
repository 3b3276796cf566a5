-- Deals members, whose entries and receivers' hands are held, each to one consultant. No quota is touched.
WITH asked AS (
    SELECT given.member_id, given.staff_id FROM unnest(%(member_ids)s::bigint[], %(receiver_ids)s::bigint[]) AS given(member_id, staff_id)
), taken AS (
    DELETE FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint AND entry.member_id = ANY (%(member_ids)s::bigint[])
    RETURNING entry.member_id, entry.pool_id, entry.rank
), held AS (
    INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)
    SELECT %(city_id)s::int, taken.member_id, asked.staff_id, taken.pool_id, taken.rank, 'dealt', %(now)s::timestamptz,
           %(held_until)s::timestamptz, '', '{}' FROM taken JOIN asked ON asked.member_id = taken.member_id
    RETURNING member_id, staff_id, held_until
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'dealt', held.member_id, held.staff_id,
           %(staff_id)s::bigint, %(pool_id)s::bigint, 'store', 0, '' FROM held
), ground AS (
    /*include vault/add_grounds*/
), filled AS (
    UPDATE pools_hand AS hand SET held = hand.held + more.members
      FROM (SELECT held.staff_id, count(*) AS members FROM held GROUP BY held.staff_id) AS more
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = more.staff_id
), seen AS (
    SELECT held.member_id FROM held
), trace AS (
    /*include audit/add_trace*/
)
SELECT held.member_id, held.staff_id FROM held ORDER BY held.member_id
