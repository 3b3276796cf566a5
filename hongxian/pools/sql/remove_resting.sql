-- A rest ends without a way back. Third of three statements; see removing.py.
DELETE FROM pools_resting AS resting WHERE resting.city_id = %(city_id)s::int AND resting.member_id = %(member_id)s::bigint
