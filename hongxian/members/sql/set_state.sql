-- Changes what may happen with a record at all, and with it the year of birth where one is given; of an erased one nothing changes.
UPDATE members_member AS member
   SET state = %(state)s::text, birth_year = coalesce(%(birth_year)s::smallint, member.birth_year)
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint AND member.state <> 'erased'
