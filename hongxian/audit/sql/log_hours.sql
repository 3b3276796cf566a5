-- How far the log had got by the end of each hour, by its checkpoints, and where it stood before.
SELECT date_trunc('hour', checkpoint.at) AS hour, max(checkpoint.size) AS size
  FROM audit_checkpoint AS checkpoint
 WHERE checkpoint.at >= %(since)s::timestamptz
 GROUP BY 1
UNION ALL
(SELECT %(since)s::timestamptz - interval '1 hour' AS hour, checkpoint.size FROM audit_checkpoint AS checkpoint
  WHERE checkpoint.at < %(since)s::timestamptz ORDER BY checkpoint.at DESC LIMIT 1)
 ORDER BY 1
