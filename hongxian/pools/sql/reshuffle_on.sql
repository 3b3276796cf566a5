-- A batch of a reshuffle is through, or with no next number all of it.
UPDATE pools_reshuffle AS walk
   SET walked_to = %(walked_to)s::bigint, walked = walk.walked + %(walked)s::int, moved = walk.moved + %(moved)s::int,
       regraded = walk.regraded + %(regraded)s::int, left_out = walk.left_out + %(left_out)s::int,
       ended_at = CASE WHEN %(ended)s::bool THEN %(now)s::timestamptz END
 WHERE walk.city_id = %(city_id)s::int AND walk.month = %(month)s::date AND walk.run = %(run)s::smallint
