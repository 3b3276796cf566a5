-- Somebody's first day: from now on they may sign in; not who has left meanwhile, nor where the store is closed.
UPDATE org_staff AS staff SET active = true
 WHERE staff.id = %(thing_id)s::bigint AND staff.left_on IS NULL
   AND (staff.store_id IS NULL OR EXISTS (SELECT FROM org_store AS store WHERE store.id = staff.store_id AND store.active))
RETURNING staff.id AS thing_id
