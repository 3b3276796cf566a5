-- Moves members in their pools to where today's grade puts them.
WITH back AS (
    UPDATE pools_entry AS entry
       SET rank = (strpos('ABCDE', member.grade) - 1)::bigint << 40 | (entry.rank & ((1::bigint << 40) - 1))
      FROM members_member AS member
     WHERE entry.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND entry.member_id = member.id
       AND entry.member_id = ANY (%(member_ids)s::bigint[]) AND entry.rank >> 40 <> strpos('ABCDE', member.grade) - 1
    RETURNING entry.member_id, entry.pool_id, entry.rank
), hints AS (
    /*include pools/lower_hints*/
)
SELECT back.member_id FROM back
