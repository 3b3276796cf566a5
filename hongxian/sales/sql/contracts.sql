-- The contracts of a store, or of one consultant's own: those that wait first, then the newest. Whose they are stands there only
-- for the consultant's own, while there is a ground; that is traced.
WITH shown AS (
    SELECT contract.*, CASE WHEN ground.member_id IS NOT NULL THEN contract.member_id END AS own_member_id
      FROM sales_contract AS contract
      LEFT JOIN (SELECT DISTINCT held.member_id FROM vault_ground AS held
                  WHERE held.city_id = %(city_id)s::int AND held.staff_id = %(staff_id)s::bigint AND held.kind IN ('claim', 'contract')
                    AND held.until > %(now)s::timestamptz) AS ground
             ON ground.member_id = contract.member_id AND contract.staff_id = %(staff_id)s::bigint
     WHERE contract.city_id = %(city_id)s::int AND contract.store_id = %(store_id)s::bigint
       AND (NOT %(own)s::boolean OR contract.staff_id = %(staff_id)s::bigint)
       AND (contract.state = 'filed' OR contract.filed_at >= %(since)s::timestamptz)
     ORDER BY (contract.state = 'filed') DESC, contract.filed_at DESC, contract.id DESC
     LIMIT %(most)s::int
), seen AS (
    SELECT DISTINCT shown.own_member_id AS member_id FROM shown WHERE shown.own_member_id IS NOT NULL
), trace AS (
    /*include audit/add_trace*/
)
SELECT shown.city_id, shown.id AS contract_id, city.code AS city_code, shown.staff_id, staff.alias, package.name AS package,
       shown.amount_fen, shown.signed_on, shown.ends_on, shown.state, shown.filed_at, shown.decided_at, shown.over_at, shown.why,
       shown.own_member_id AS member_id
  FROM shown
  JOIN sales_package AS package ON package.id = shown.package_id
  JOIN org_staff AS staff ON staff.id = shown.staff_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
 ORDER BY (shown.state = 'filed') DESC, shown.filed_at DESC, shown.id DESC
