-- Ends a rest without a way back.
DELETE FROM pools_resting AS resting WHERE resting.city_id = %(city_id)s::int AND resting.member_id = %(member_id)s::bigint
