EXISTS (SELECT FROM consent_suppression AS suppression
         WHERE suppression.number_hash = ANY (member.number_hashes)
           AND NOT EXISTS (SELECT FROM consent_lifting AS lifting
                            WHERE lifting.number_hash = suppression.number_hash AND lifting.lifted_at > suppression.recorded_at))
