-- Gives entries, whose members' rows are locked, their place for the month: today's grade first, then the band of freshness, and
-- within the band a place that the month's seed draws. Entries that somebody is just claiming are left to them.
WITH mine AS (
    SELECT entry.member_id FROM pools_entry AS entry
     WHERE entry.city_id = %(city_id)s::int AND entry.member_id = ANY (%(member_ids)s::bigint[]) AND entry.pool_id = %(pool_id)s::bigint
       FOR UPDATE SKIP LOCKED
), back AS (
    UPDATE pools_entry AS entry
       SET rank = (strpos('ABCDE', member.grade) - 1)::bigint << 40
                | ((entry.rank & ((1::bigint << 40) - 1)) / %(band)s::bigint * %(band)s::bigint
                   + mod(hashint8extended(entry.member_id, %(seed)s::bigint) & 9223372036854775807, %(band)s::bigint))
      FROM members_member AS member
     WHERE entry.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND entry.member_id = member.id
       AND entry.member_id = ANY (ARRAY(SELECT mine.member_id FROM mine))
    RETURNING entry.member_id, entry.pool_id, entry.rank
), hints AS (
    /*include pools/lower_hints*/
)
SELECT back.member_id FROM back
