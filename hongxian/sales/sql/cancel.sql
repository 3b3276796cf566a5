-- A contract in force ends before its day.
UPDATE sales_contract AS contract
   SET state = 'cancelled', over_at = %(now)s::timestamptz, over_by = %(staff_id)s::bigint, why = %(why)s::text
 WHERE contract.city_id = %(city_id)s::int AND contract.id = %(contract_id)s::bigint AND contract.state = 'signed'
