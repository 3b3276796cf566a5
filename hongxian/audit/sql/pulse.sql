-- How the sealed log is doing, for monitoring: rows that wait for their leaf and since when, and the newest checkpoint.
WITH waiting AS MATERIALIZED (
    SELECT count(*) AS rows, min(trace.at) AS since FROM audit_trace AS trace WHERE trace.id > (SELECT head.low FROM audit_head AS head)
)
SELECT head.size, waiting.rows AS waiting, waiting.since AS waiting_since, newest.at AS signed_at
  FROM audit_head AS head
 CROSS JOIN waiting
  LEFT JOIN LATERAL (SELECT checkpoint.at FROM audit_checkpoint AS checkpoint ORDER BY checkpoint.id DESC LIMIT 1) AS newest ON true
