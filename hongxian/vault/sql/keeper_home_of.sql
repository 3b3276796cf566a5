-- Whose number it is, if anybody's.
SELECT number.city_id, number.member_id FROM members_number AS number
 WHERE number.number_hash = ANY (%(number_hashes)s::bytea[])
 LIMIT 1
