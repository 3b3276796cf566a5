-- Every signed statement of the log, in the order in which they were made.
SELECT checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.key, checkpoint.note
  FROM audit_checkpoint AS checkpoint ORDER BY checkpoint.id
