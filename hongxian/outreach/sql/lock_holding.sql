-- Takes the holding of the acting consultant; nothing for anybody else's. The member's row is taken first: the order of all movers.
WITH member AS (
    SELECT member.id FROM members_member AS member
     WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
       FOR NO KEY UPDATE
)
SELECT holding.last_outcome AS outcome FROM pools_holding AS holding JOIN member ON member.id = holding.member_id
 WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint AND holding.staff_id = %(staff_id)s::bigint
   FOR UPDATE OF holding
