-- Erasure: who held this member before.
DELETE FROM pools_former AS former WHERE former.city_id = %(city_id)s::int AND former.member_id = %(member_id)s::bigint
