-- Who was invited and has not come in yet: the newest invitation of each.
SELECT DISTINCT ON (invitation.staff_id) invitation.staff_id, staff.employee_no, staff.alias, staff.role, staff.joined_on, staff.active,
       invitation.until
  FROM org_invitation AS invitation JOIN org_staff AS staff ON staff.id = invitation.staff_id
 WHERE staff.left_on IS NULL
   AND NOT EXISTS (SELECT FROM org_invitation AS used WHERE used.staff_id = invitation.staff_id AND used.used_at IS NOT NULL)
 ORDER BY invitation.staff_id, invitation.id DESC
