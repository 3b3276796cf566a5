-- Invariant: no number is given to anybody more than a minute after its "no" (it may have waited so long for a hand-over in hand).
SELECT permit.member_id, permit.id AS permit_id, permit.used_at, min(suppression.recorded_at) AS said_at
  FROM vault_permit AS permit
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = permit.member_id
  JOIN consent_suppression AS suppression ON suppression.number_hash = ANY (member.number_hashes)
 WHERE permit.city_id = %(city_id)s::int AND permit.used_at >= %(begins)s::timestamptz
   AND permit.used_at > suppression.recorded_at + interval '1 minute'
   AND NOT EXISTS (SELECT FROM consent_lifting AS lifting
                    WHERE lifting.number_hash = suppression.number_hash
                      AND lifting.lifted_at > suppression.recorded_at AND lifting.lifted_at <= permit.used_at)
 GROUP BY permit.member_id, permit.id, permit.used_at
 ORDER BY 1, 2
