-- Every store with its city, closed ones too, its agreement and how many work there.
SELECT store.id AS store_id, store.city_id, city.name AS city_name, city.name_en AS city_name_en, store.code, store.name, store.name_en,
       store.franchise, store.active,
       EXISTS (SELECT FROM org_agreement AS agreement
                WHERE agreement.store_id = store.id AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on) AS agreed,
       (SELECT count(*) FROM org_staff AS staff WHERE staff.store_id = store.id AND staff.active)::int AS staff
  FROM org_store AS store JOIN org_city AS city ON city.id = store.city_id
 ORDER BY city.code, store.code
