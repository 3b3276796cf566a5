-- Contracts whose last day is over.
UPDATE sales_contract AS contract
   SET state = 'ended', over_at = %(now)s::timestamptz, over_by = 0
 WHERE contract.city_id = %(city_id)s::int AND contract.state = 'signed' AND contract.ends_on < %(today)s::date
