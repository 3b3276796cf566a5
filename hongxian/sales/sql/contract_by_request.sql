-- What the same press filed before, for the same member.
SELECT contract.id AS contract_id
  FROM sales_contract AS contract
 WHERE contract.city_id = %(city_id)s::int AND contract.request_key = %(request_key)s::uuid AND contract.staff_id = %(staff_id)s::bigint
   AND contract.member_id = %(member_id)s::bigint
