-- The stores of a city that may take people in today: open, with a data agreement that runs.
SELECT store.id AS store_id, store.code
  FROM org_store AS store
 WHERE store.city_id = %(city_id)s::int AND store.active
   AND EXISTS (SELECT FROM org_agreement AS agreement
                WHERE agreement.store_id = store.id AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on)
 ORDER BY store.code
