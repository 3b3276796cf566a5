-- Uses up the permit for one number; nothing comes back for a used, late, foreign or suppressed one.
WITH number AS MATERIALIZED (
    SELECT unnest(member.number_hashes) AS hash FROM members_member AS member
     WHERE member.city_id = %(city_id)s::int AND member.id = ANY (ARRAY[%(member_id)s::bigint])
), /*include consent/noes*/
UPDATE vault_permit AS permit SET used_at = %(now)s::timestamptz
  FROM members_member AS member
 WHERE permit.city_id = %(city_id)s::int AND permit.id = %(permit_id)s::bigint
   AND permit.member_id = %(member_id)s::bigint AND permit.staff_id = %(staff_id)s::bigint
   AND permit.purpose = %(purpose)s::text
   AND permit.used_at IS NULL AND permit.latest_at > %(now)s::timestamptz
   AND permit.issued_at <= %(now)s::timestamptz + interval '1 minute'
   AND member.city_id = %(city_id)s::int AND member.id = permit.member_id
   AND member.suppressed_at IS NULL AND member.state = 'live' AND NOT /*include consent/said_no*/
RETURNING permit.id
