-- Erasure: everything that a member viewed and sent goes. Who opted out of suggestions stays out.
WITH viewed AS (
    DELETE FROM letters_viewed AS viewed WHERE viewed.city_id = %(city_id)s::int AND viewed.member_id = %(member_id)s::bigint
), others AS (
    DELETE FROM letters_other AS other WHERE other.city_id = %(city_id)s::int AND other.member_id = %(member_id)s::bigint
)
DELETE FROM letters_sent AS sent WHERE sent.city_id = %(city_id)s::int AND sent.member_id = %(member_id)s::bigint
