-- A member's contracts with this consultant, the newest first; that they were looked at is traced in the same breath.
WITH shown AS (
    SELECT contract.* FROM sales_contract AS contract
     WHERE contract.city_id = %(city_id)s::int AND contract.member_id = %(member_id)s::bigint
     ORDER BY contract.filed_at DESC
     LIMIT %(most)s::int
), seen AS (
    SELECT DISTINCT shown.member_id FROM shown
), trace AS (
    /*include audit/add_trace*/
)
SELECT shown.id AS contract_id, city.code AS city_code, package.name AS package, shown.amount_fen, shown.signed_on, shown.ends_on, shown.state,
       shown.why
  FROM shown
  JOIN sales_package AS package ON package.id = shown.package_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
 ORDER BY shown.filed_at DESC
