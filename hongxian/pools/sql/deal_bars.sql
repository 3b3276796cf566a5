-- Who may not be dealt whom: they or their team let the member go lately.
SELECT former.member_id, former.staff_id, former.team_id FROM pools_former AS former
 WHERE former.city_id = %(city_id)s::int AND former.member_id = ANY (%(member_ids)s::bigint[]) AND former.until > %(now)s::timestamptz
