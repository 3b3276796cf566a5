-- Names a store anew, opens or closes it; one where people still work isn't closed.
UPDATE org_store AS store
   SET name = %(name)s::text, name_en = %(name_en)s::text, franchise = %(franchise)s::boolean, active = %(active)s::boolean
 WHERE store.id = %(thing_id)s::bigint
   AND (%(active)s::boolean OR NOT EXISTS (SELECT FROM org_staff AS staff WHERE staff.store_id = store.id AND staff.active))
RETURNING store.id AS thing_id
