-- Signed statements, the newest first.
SELECT checkpoint.id AS checkpoint_id, checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.key, checkpoint.note
  FROM audit_checkpoint AS checkpoint
 WHERE checkpoint.id < %(before)s::bigint
 ORDER BY checkpoint.id DESC
 LIMIT %(most)s::int
