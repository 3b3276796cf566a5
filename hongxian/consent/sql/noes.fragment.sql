no AS MATERIALIZED (
    -- Looked up apart and first: noes lie by their hash, members by their city. Whoever includes it has these hashes as `number`.
    SELECT suppression.number_hash FROM consent_suppression AS suppression
     WHERE suppression.number_hash = ANY (ARRAY(SELECT number.hash FROM number))
       AND NOT EXISTS (SELECT FROM consent_lifting AS lifting
                        WHERE lifting.number_hash = suppression.number_hash AND lifting.lifted_at > suppression.recorded_at)
)
