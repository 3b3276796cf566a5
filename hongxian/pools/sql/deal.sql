-- Gives one consultant the best free member of the store's pool; her quota is untouched, her hand is not.
WITH hand AS (
    SELECT hand.cap - hand.held AS room FROM pools_hand AS hand
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(receiver_id)s::bigint AND hand.held < hand.cap
       FOR UPDATE
), taken AS (
    DELETE FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.ctid = ANY (ARRAY(
           SELECT free.ctid FROM pools_entry AS free
            WHERE free.city_id = %(city_id)s::int AND free.pool_id = %(pool_id)s::bigint AND free.rank >= %(rank_floor)s::bigint
              AND (SELECT true FROM pools_former AS former
                    WHERE former.city_id = %(city_id)s::int AND former.member_id = free.member_id
                      AND (former.staff_id = %(receiver_id)s::bigint OR former.team_id = %(team_id)s::bigint)
                      AND former.until > %(now)s::timestamptz
                    LIMIT 1) IS NULL
            ORDER BY free.rank
            LIMIT coalesce((SELECT least(1, hand.room) FROM hand), 0)
              FOR UPDATE SKIP LOCKED))
    RETURNING entry.member_id, entry.rank
), held AS (
    INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)
    SELECT %(city_id)s::int, taken.member_id, %(receiver_id)s::bigint, %(pool_id)s::bigint, taken.rank, 'deal', %(now)s::timestamptz,
           %(held_until)s::timestamptz, '', '{}'
      FROM taken
    RETURNING member_id, staff_id, held_until
), seen AS (
    SELECT held.member_id FROM held
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged)
    SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'dealt', held.member_id, held.staff_id, %(staff_id)s::bigint,
           %(pool_id)s::bigint, 'store', 0
      FROM held
), ground AS (
    /*include vault/add_grounds*/
), trace AS (
    /*include audit/add_trace*/
), filled AS (
    UPDATE pools_hand AS hand SET held = hand.held + (SELECT count(*) FROM taken)
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(receiver_id)s::bigint AND EXISTS (SELECT FROM taken)
)
SELECT held.member_id, held.staff_id FROM held
