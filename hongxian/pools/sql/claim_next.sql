-- Hands the best free members of a pool to one consultant. Quota, then hand, are the consultant's own locks; entries that
-- others are taking are skipped; charging comes last, for what was received.
WITH /*include pools/room*/, taken AS (
    DELETE FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.member_id = ANY (ARRAY(
           SELECT entry.member_id FROM pools_entry AS entry
            WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint
              AND entry.rank >= (SELECT greatest(spot.rank_floor, /*include pools/start_of*/) FROM spot)
              AND /*include pools/not_waiting*/
            ORDER BY entry.rank, entry.member_id
            LIMIT coalesce((SELECT spot.room FROM spot), 0)  -- without coalesce no room would mean no limit
              FOR UPDATE OF entry SKIP LOCKED))
    RETURNING entry.member_id, entry.pool_id, entry.rank
), /*include pools/move_to_hand*/
