-- The contracts of a store, or of one consultant's own: those that wait first, then the newest. Whose they are is not among it.
SELECT contract.city_id, contract.id AS contract_id, city.code AS city_code, contract.staff_id, staff.alias, package.name AS package,
       contract.amount_fen, contract.signed_on, contract.ends_on, contract.state, contract.filed_at, contract.decided_at, contract.over_at,
       contract.why
  FROM sales_contract AS contract
  JOIN sales_package AS package ON package.id = contract.package_id
  JOIN org_staff AS staff ON staff.id = contract.staff_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
 WHERE contract.city_id = %(city_id)s::int AND contract.store_id = %(store_id)s::bigint
   AND (%(staff_id)s::bigint IS NULL OR contract.staff_id = %(staff_id)s::bigint)
   AND (contract.state = 'filed' OR contract.filed_at >= %(since)s::timestamptz)
 ORDER BY (contract.state = 'filed') DESC, contract.filed_at DESC, contract.id DESC
 LIMIT %(most)s::int
