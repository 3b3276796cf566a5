-- Contracts by consultant and the hour in which they came into force; those that were cancelled since are not among them.
SELECT contract.staff_id, contract.store_id, contract.team_id, (contract.decided_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
       extract(hour FROM contract.decided_at AT TIME ZONE 'Asia/Shanghai')::int AS hour,
       count(*)::int AS contracts, sum(contract.amount_fen)::bigint AS amount_fen
  FROM sales_contract AS contract
 WHERE contract.city_id = %(city_id)s::int AND (%(store_id)s::bigint IS NULL OR contract.store_id = %(store_id)s::bigint)
   AND contract.decided_at >= %(since)s::timestamptz AND contract.decided_at < %(until)s::timestamptz
   AND contract.state IN ('signed', 'ended')
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 4, 5, 1
