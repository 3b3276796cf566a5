-- The permit this person used for this member within the last day, the newest.
SELECT permit.id FROM vault_permit AS permit
 WHERE permit.city_id = %(city_id)s::int AND permit.member_id = %(member_id)s::bigint AND permit.staff_id = %(staff_id)s::bigint
   AND permit.issued_at > %(now)s::timestamptz - interval '1 day' AND permit.used_at IS NOT NULL
 ORDER BY permit.issued_at DESC
 LIMIT 1
