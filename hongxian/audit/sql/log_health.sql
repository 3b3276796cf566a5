-- How the log does: its size, its newest checkpoint, what is not sealed yet and since when, the open gaps, the last verification.
WITH waiting AS MATERIALIZED (
    SELECT count(*) AS rows, min(trace.at) AS since FROM audit_trace AS trace WHERE trace.id > (SELECT head.low FROM audit_head AS head)
)
SELECT head.origin, head.size, newest.size AS signed_size, newest.at AS signed_at, newest.key AS signed_key,
       waiting.rows AS waiting, waiting.since AS waiting_since, (SELECT count(*) FROM audit_gap AS gap) AS gaps,
       verified.at AS verified_at, verified.size AS verified_size, verified.sound AS verified_sound
  FROM audit_head AS head
 CROSS JOIN waiting
  LEFT JOIN LATERAL (SELECT checkpoint.size, checkpoint.at, checkpoint.key FROM audit_checkpoint AS checkpoint
                      ORDER BY checkpoint.id DESC LIMIT 1) AS newest ON true
  LEFT JOIN LATERAL (SELECT verification.at, verification.size, verification.sound FROM audit_check AS verification
                      ORDER BY verification.id DESC LIMIT 1) AS verified ON true
