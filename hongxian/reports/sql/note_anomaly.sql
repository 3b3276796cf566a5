-- Marks an open anomaly as looked into, as far as it has been seen; no row when it is not open any more, or not theirs to note.
UPDATE reports_anomaly AS anomaly
   SET noted_seen = anomaly.seen
 WHERE anomaly.city_id = %(city_id)s::int AND anomaly.id = %(anomaly_id)s::bigint AND anomaly.staff_id <> %(staff_id)s::bigint
   AND (%(store_id)s::bigint IS NULL OR anomaly.store_id = %(store_id)s::bigint)
   AND (anomaly.noted_seen IS NULL OR anomaly.seen > anomaly.noted_seen + greatest(5, anomaly.noted_seen / 4))
RETURNING anomaly.staff_id, anomaly.seen
