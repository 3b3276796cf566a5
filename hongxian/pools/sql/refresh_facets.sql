-- A member's place in a pool shows what the record says now.
UPDATE pools_entry AS entry
   SET (sex, birth_year, height_cm, education, income_band, marital, district) = (
       SELECT /*include pools/narrow_facets*/
         FROM members_member AS member WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint)
 WHERE entry.city_id = %(city_id)s::int AND entry.member_id = %(member_id)s::bigint
