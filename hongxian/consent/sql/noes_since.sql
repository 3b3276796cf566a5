-- The noes that were recorded from a moment on, for the list outside the database; bounded.
SELECT suppression.number_hash, suppression.reason, suppression.recorded_at
  FROM consent_suppression AS suppression
 WHERE suppression.recorded_at >= %(since)s::timestamptz
 ORDER BY suppression.recorded_at
 LIMIT %(most)s::int
