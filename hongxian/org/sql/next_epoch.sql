-- What is signed in under an earlier number than this one counts no more.
UPDATE org_staff AS staff
   SET session_epoch = staff.session_epoch + 1
 WHERE staff.id = %(staff_id)s::bigint
RETURNING staff.session_epoch AS epoch
