-- Invariant: no number is given to anybody more than a minute after its "no" (it may have waited so long for a hand-over in hand).
WITH used AS MATERIALIZED (
    SELECT permit.member_id, permit.id AS permit_id, permit.used_at, unnest(member.number_hashes) AS number_hash
      FROM vault_permit AS permit
      JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = permit.member_id
     WHERE permit.city_id = %(city_id)s::int AND permit.used_at >= %(begins)s::timestamptz
), said AS MATERIALIZED (
    SELECT suppression.number_hash, suppression.recorded_at
      FROM consent_suppression AS suppression
     WHERE suppression.number_hash IN (SELECT used.number_hash FROM used)
), lifted AS MATERIALIZED (
    SELECT lifting.number_hash, lifting.lifted_at
      FROM consent_lifting AS lifting
     WHERE lifting.number_hash IN (SELECT used.number_hash FROM used)
)
SELECT used.member_id, used.permit_id, used.used_at, min(said.recorded_at) AS said_at
  FROM used JOIN said ON said.number_hash = used.number_hash AND used.used_at > said.recorded_at + interval '1 minute'
 WHERE NOT EXISTS (SELECT FROM lifted
                    WHERE lifted.number_hash = said.number_hash
                      AND lifted.lifted_at > said.recorded_at AND lifted.lifted_at <= used.used_at)
 GROUP BY used.member_id, used.permit_id, used.used_at
 ORDER BY 1, 2
