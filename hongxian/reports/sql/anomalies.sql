-- What stands out in a store or in the whole company: what is open first, the newest first; never about who asks.
/*include reports/anomaly_row*/
 WHERE anomaly.city_id = ANY (%(city_ids)s::int[]) AND anomaly.staff_id <> %(staff_id)s::bigint
   AND (%(store_id)s::bigint IS NULL OR anomaly.store_id = %(store_id)s::bigint)
   AND (anomaly.day >= %(since)s::date OR anomaly.noted_seen IS NULL)
   AND (%(kind)s::text = '' OR anomaly.kind = %(kind)s::text)
 ORDER BY open DESC, anomaly.day DESC, anomaly.found_at DESC, anomaly.id DESC
 LIMIT %(most)s::int
