-- By what names the visitor knows the people of their store.
SELECT staff.id AS staff_id, staff.alias, staff.role
  FROM portal_own_member AS member
  JOIN portal_staff AS staff ON staff.store_id = member.store_id
 ORDER BY staff.role, staff.alias, staff.id
