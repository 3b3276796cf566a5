-- Which of these numbers belong to a record, and where it is.
SELECT number.number_hash, number.city_id, number.member_id FROM members_number AS number
 WHERE number.number_hash = ANY (%(number_hashes)s::bytea[])
