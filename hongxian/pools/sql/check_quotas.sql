-- Invariant: what a quota says is used is what the ledger charged, of every consultant and day since.
SELECT staff_id, day, kind, coalesce(quota.used, 0) AS kept, coalesce(charge.charged, 0) AS counted
  FROM (SELECT quota.staff_id, quota.day, quota.kind, quota.used FROM pools_quota AS quota
         WHERE quota.city_id = %(city_id)s::int AND quota.day >= %(first_day)s::date) AS quota
  FULL JOIN (SELECT ledger.staff_id, ledger.day, ledger.kind, sum(ledger.charged) AS charged FROM pools_ledger AS ledger
              WHERE ledger.city_id = %(city_id)s::int AND ledger.day >= %(first_day)s::date AND ledger.charged <> 0
              GROUP BY ledger.staff_id, ledger.day, ledger.kind) AS charge
 USING (staff_id, day, kind)
 WHERE coalesce(quota.used, 0) <> coalesce(charge.charged, 0)
 ORDER BY 2, 1, 3
