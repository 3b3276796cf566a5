-- Takes a member out of whoever's hand. Second of three statements; see removing.py.
WITH freed AS (
    DELETE FROM pools_holding AS holding WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint
    RETURNING holding.member_id, holding.staff_id, holding.pool_id
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, %(move)s::text, freed.member_id, freed.staff_id,
           %(staff_id)s::bigint, freed.pool_id, coalesce(pool.kind, ''), 0, %(reason)s::text
      FROM freed LEFT JOIN pools_pool AS pool ON pool.id = freed.pool_id
), ground AS (
    /*include vault/remove_grounds*/
), emptied AS (
    UPDATE pools_hand AS hand SET held = hand.held - 1 FROM freed
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = freed.staff_id
), seen AS (
    SELECT freed.member_id FROM freed
), trace AS (
    /*include audit/add_trace*/
)
SELECT freed.member_id FROM freed
