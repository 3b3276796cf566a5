-- The newest signed statement of the log.
SELECT checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.key, checkpoint.note
  FROM audit_checkpoint AS checkpoint ORDER BY checkpoint.id DESC LIMIT 1
