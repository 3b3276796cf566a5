-- One anomaly, for who may see it; never about who asks.
/*include reports/anomaly_row*/
 WHERE anomaly.city_id = %(city_id)s::int AND anomaly.id = %(anomaly_id)s::bigint AND anomaly.staff_id <> %(staff_id)s::bigint
   AND (%(store_id)s::bigint IS NULL OR anomaly.store_id = %(store_id)s::bigint)
