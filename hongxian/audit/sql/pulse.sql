-- How the sealed log is doing, for monitoring: rows that wait for their leaf and since when, and the newest checkpoint.
SELECT head.size, waiting.rows AS waiting, waiting.since AS waiting_since, newest.at AS signed_at
  FROM audit_head AS head
 CROSS JOIN LATERAL (SELECT count(*) AS rows, min(trace.at) AS since FROM audit_trace AS trace WHERE trace.id > head.low) AS waiting
  LEFT JOIN LATERAL (SELECT checkpoint.at FROM audit_checkpoint AS checkpoint ORDER BY checkpoint.id DESC LIMIT 1) AS newest ON true
