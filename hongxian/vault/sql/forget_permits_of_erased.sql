-- Retention: what is left of permits after a member was erased.
DELETE FROM vault_permit AS permit USING members_member AS member
 WHERE permit.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND member.id = permit.member_id
   AND member.state = 'erased' AND permit.issued_at < %(before)s::timestamptz
