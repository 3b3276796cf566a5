-- How many anomalies wait for somebody to look into them, in a store.
SELECT count(*)::int AS open
  FROM reports_anomaly AS anomaly
 WHERE anomaly.city_id = %(city_id)s::int AND anomaly.staff_id <> %(staff_id)s::bigint AND anomaly.store_id = %(store_id)s::bigint
   AND (anomaly.noted_seen IS NULL OR anomaly.seen > anomaly.noted_seen + greatest(5, anomaly.noted_seen / 4))
