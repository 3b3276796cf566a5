-- A contact took place: what grading and the lifetime budget count.
UPDATE members_member AS member
   SET contacts = member.contacts + 1, last_contact_at = %(now)s::timestamptz, intends = member.intends OR %(intends)s::boolean
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
