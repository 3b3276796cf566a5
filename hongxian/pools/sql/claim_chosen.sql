-- As claim_next, for chosen members in the order asked; what is not in this pool, above the tier or waiting stays where it is.
WITH /*include pools/room*/, taken AS (
    DELETE FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.member_id = ANY (ARRAY(
           SELECT entry.member_id FROM pools_entry AS entry
            WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = (SELECT spot.pool_id FROM spot)
              AND entry.member_id = ANY (%(member_ids)s::bigint[]) AND entry.rank >= (SELECT spot.rank_floor FROM spot)
              AND /*include pools/not_waiting*/
            ORDER BY array_position(%(member_ids)s::bigint[], entry.member_id)
            LIMIT coalesce((SELECT spot.room FROM spot), 0)
              FOR UPDATE OF entry SKIP LOCKED))
    RETURNING entry.member_id, entry.pool_id, entry.rank
), /*include pools/move_to_hand*/
