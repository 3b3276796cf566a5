-- Every text that was ever shown for a purpose, the newest first.
SELECT notice.purpose, notice.notice_hash, notice.shown::text AS shown, notice.first_at
  FROM portal_notice AS notice
 ORDER BY notice.purpose, notice.first_at DESC
