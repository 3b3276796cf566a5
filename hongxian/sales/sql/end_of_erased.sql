-- The contracts of a member who is being erased: what is in force ends, what waits is declined; the rows stay for the books.
UPDATE sales_contract AS contract
   SET state = CASE contract.state WHEN 'signed' THEN 'cancelled' ELSE 'declined' END,
       over_at = CASE contract.state WHEN 'signed' THEN %(now)s::timestamptz END,
       over_by = CASE contract.state WHEN 'signed' THEN 0 END,
       decided_at = coalesce(contract.decided_at, %(now)s::timestamptz), decided_by = coalesce(contract.decided_by, 0), why = 'erased'
 WHERE contract.city_id = %(city_id)s::int AND contract.member_id = %(member_id)s::bigint AND contract.state IN ('filed', 'signed')
