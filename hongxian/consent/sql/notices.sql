-- Every text that was ever shown for a purpose, the newest first.
SELECT notice.purpose, notice.notice_hash, notice.shown::text AS shown, notice.first_at
  FROM consent_notice AS notice
 WHERE %(purpose)s::text IS NULL OR notice.purpose = %(purpose)s::text
 ORDER BY notice.purpose, notice.first_at DESC
