-- Every store with its agreement, its teams and how many people work there, and how many of them may see members today.
SELECT city.code AS city_code, city.name AS city_name, city.name_en AS city_name_en, store.id AS store_id, store.code, store.name,
       store.name_en, store.franchise, store.active, agreement.expires_on,
       coalesce(agreement.expires_on >= %(today)s::date, false) AS agreement_live,
       (SELECT count(*) FROM org_team AS team WHERE team.store_id = store.id)::int AS teams,
       count(staff.id)::int AS staff, (count(staff.id) FILTER (WHERE staff.role = 'consultant'))::int AS consultants,
       (count(staff.id) FILTER (WHERE EXISTS (SELECT FROM org_training AS training
                WHERE training.staff_id = staff.id AND training.valid_until >= %(today)s::date)))::int AS trained
  FROM org_store AS store
  JOIN org_city AS city ON city.id = store.city_id
  LEFT JOIN LATERAL (SELECT max(each.expires_on) AS expires_on FROM org_agreement AS each
                      WHERE each.store_id = store.id AND each.signed_on <= %(today)s::date) AS agreement ON true
  LEFT JOIN org_staff AS staff ON staff.store_id = store.id AND staff.active
 WHERE %(store_id)s::bigint IS NULL OR store.id = %(store_id)s::bigint
 GROUP BY city.id, store.id, agreement.expires_on
 ORDER BY city.code, store.code
