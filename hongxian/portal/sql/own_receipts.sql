-- Every yes of the visitor's, the newest first.
SELECT receipt.purpose, receipt.given_on, receipt.valid_until, receipt.evidence, receipt.notice_hash, receipt.origin, receipt.recorded_at
  FROM portal_own_receipt AS receipt
 ORDER BY receipt.given_on DESC, receipt.id DESC
