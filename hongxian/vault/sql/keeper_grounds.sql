-- For which of these members this person has a living ground of one of these kinds: somebody who works here, in a store whose
-- agreement runs, and for a contact a member who has not said no.
WITH number AS MATERIALIZED (
    SELECT unnest(member.number_hashes) AS hash FROM members_member AS member
     WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
), /*include consent/noes*/
SELECT ground.member_id
  FROM vault_ground AS ground
  JOIN members_member AS member ON member.city_id = ground.city_id AND member.id = ground.member_id
  JOIN org_staff AS staff ON staff.id = ground.staff_id
 WHERE ground.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int
   AND ground.member_id = ANY (%(member_ids)s::bigint[]) AND ground.staff_id = %(staff_id)s::bigint
   AND ground.kind = ANY (%(kinds)s::text[]) AND ground.until > %(now)s::timestamptz
   AND member.state = 'live'
   AND NOT (%(contact)s::boolean AND (member.suppressed_at IS NOT NULL OR /*include consent/said_no*/))
   AND staff.active
   AND (staff.store_id IS NULL
        OR EXISTS (SELECT FROM org_agreement AS agreement
                    WHERE agreement.store_id = staff.store_id AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on))
