-- An outcome settles every call of this consultant to this member that was not filed yet.
UPDATE outreach_placedcall AS call SET filed_at = %(now)s::timestamptz
 WHERE call.city_id = %(city_id)s::int AND call.member_id = %(member_id)s::bigint AND call.staff_id = %(staff_id)s::bigint
   AND call.at > %(now)s::timestamptz - interval '7 days' AND call.at <= %(now)s::timestamptz + interval '1 day'
   AND call.filed_at IS NULL
