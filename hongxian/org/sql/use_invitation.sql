-- Uses an invitation once: the newest of somebody active, in its time, with the right code; gives the account.
UPDATE org_invitation AS invitation SET used_at = %(now)s::timestamptz
  FROM org_staff AS staff
 WHERE staff.employee_no = %(employee_no)s::text AND staff.active AND invitation.staff_id = staff.id
   AND invitation.code_hash = %(code_hash)s::bytea AND invitation.used_at IS NULL AND invitation.until > %(now)s::timestamptz
   AND NOT EXISTS (SELECT FROM org_invitation AS newer WHERE newer.staff_id = staff.id AND newer.id > invitation.id)
RETURNING staff.account_id
