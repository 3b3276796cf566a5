-- Which of these numbers said no, and has not lifted it since by the person's own act.
SELECT suppression.number_hash, min(suppression.reason) AS reason
  FROM consent_suppression AS suppression
 WHERE suppression.number_hash = ANY (%(number_hashes)s::bytea[])
   AND NOT EXISTS (SELECT FROM consent_lifting AS lifting
                    WHERE lifting.number_hash = suppression.number_hash AND lifting.lifted_at > suppression.recorded_at)
 GROUP BY suppression.number_hash
