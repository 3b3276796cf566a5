-- As claim_next, among those who pass the filters; each sex is read in rank order from the wide index.
WITH /*include pools/room*/, picked AS (
    SELECT found.member_id FROM unnest(%(sexes)s::text[]) AS each(sex)
     CROSS JOIN LATERAL (
            SELECT entry.rank, entry.member_id FROM pools_entry AS entry
             WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint AND entry.sex = each.sex
               AND entry.rank >= (SELECT greatest(spot.rank_floor, %(best_rank)s::bigint, /*include pools/start_of*/) FROM spot)
               AND entry.rank <= %(worst_rank)s::bigint
               AND /*include pools/within_filters*/
               AND /*include pools/not_waiting*/
             ORDER BY entry.rank, entry.member_id
             LIMIT coalesce((SELECT spot.room FROM spot), 0)
               FOR UPDATE OF entry SKIP LOCKED) AS found
     ORDER BY found.rank, found.member_id
     LIMIT coalesce((SELECT spot.room FROM spot), 0)
), taken AS (
    DELETE FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.member_id = ANY (ARRAY(SELECT picked.member_id FROM picked))
    RETURNING entry.member_id, entry.pool_id, entry.rank
), /*include pools/move_to_hand*/
