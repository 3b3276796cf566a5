-- Whom an account lets in: somebody who works here, in a store that is open.
SELECT staff.id AS staff_id, staff.employee_no, staff.alias, staff.session_epoch AS epoch
  FROM org_staff AS staff
  LEFT JOIN org_store AS store ON store.id = staff.store_id
 WHERE staff.account_id = %(account_id)s::bigint AND staff.active AND coalesce(store.active, true)
