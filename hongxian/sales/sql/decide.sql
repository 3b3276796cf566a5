-- A second person has compared it with the paper: in force, or not.
UPDATE sales_contract AS contract
   SET state = %(state)s::text, decided_at = %(now)s::timestamptz, decided_by = %(staff_id)s::bigint, why = %(why)s::text
 WHERE contract.city_id = %(city_id)s::int AND contract.id = %(contract_id)s::bigint AND contract.state = 'filed'
