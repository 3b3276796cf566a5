-- Deals the best free member of a pool to one consultant whose hand is locked and has room. No quota is touched.
WITH taken AS (
    DELETE FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.ctid = ANY (ARRAY(
           SELECT entry.ctid FROM pools_entry AS entry
            WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint
              AND entry.rank >= (SELECT greatest(spot.rank_floor, /*include pools/start_of*/)
                                   FROM (SELECT %(pool_id)s::bigint AS pool_id, %(rank_floor)s::bigint AS rank_floor) AS spot)
              AND NOT EXISTS (SELECT FROM pools_former AS former
                               WHERE former.city_id = %(city_id)s::int AND former.member_id = entry.member_id
                                 AND former.until > %(now)s::timestamptz
                                 AND (former.staff_id = %(receiver_id)s::bigint OR former.team_id = %(team_id)s::bigint)
                              OFFSET 0)  -- kept as a probe for each candidate
            ORDER BY entry.rank, entry.member_id
            LIMIT (SELECT count(*) FROM pools_hand AS hand
                    WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(receiver_id)s::bigint AND hand.held < hand.cap
                      AND hand.store_id IN (0, %(store_id)s::bigint))
              FOR UPDATE OF entry SKIP LOCKED))
    RETURNING entry.member_id, entry.pool_id, entry.rank
), held AS (
    INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)
    SELECT %(city_id)s::int, taken.member_id, %(receiver_id)s::bigint, taken.pool_id, taken.rank, 'dealt', %(now)s::timestamptz,
           %(held_until)s::timestamptz, '', '{}' FROM taken
    RETURNING member_id, staff_id, held_until
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'dealt', taken.member_id, %(receiver_id)s::bigint,
           %(staff_id)s::bigint, taken.pool_id, 'store', 0, '' FROM taken
), ground AS (
    /*include vault/add_grounds*/
), filled AS (
    UPDATE pools_hand AS hand SET held = hand.held + 1 FROM taken
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(receiver_id)s::bigint
), seen AS (
    SELECT held.member_id FROM held
), trace AS (
    /*include audit/add_trace*/
)
SELECT held.member_id, held.staff_id FROM held
