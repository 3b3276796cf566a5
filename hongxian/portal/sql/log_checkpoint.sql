-- The newest signed statement of the log.
SELECT checkpoint.size, checkpoint.at, checkpoint.key, checkpoint.note FROM portal_log_checkpoint AS checkpoint ORDER BY checkpoint.id DESC LIMIT 1
