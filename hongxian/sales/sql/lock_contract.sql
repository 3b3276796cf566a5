-- Takes one contract of a store.
SELECT contract.member_id, contract.staff_id, contract.state, contract.ends_on, contract.amount_fen
  FROM sales_contract AS contract
 WHERE contract.city_id = %(city_id)s::int AND contract.id = %(contract_id)s::bigint AND contract.store_id = %(store_id)s::bigint
   FOR NO KEY UPDATE
