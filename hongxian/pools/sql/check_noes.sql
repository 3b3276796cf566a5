-- Invariant: nobody who said no is in a pool, in a hand or at rest.
WITH no AS MATERIALIZED (
    SELECT suppression.number_hash FROM consent_suppression AS suppression
     WHERE NOT EXISTS (SELECT FROM consent_lifting AS lifting
                        WHERE lifting.number_hash = suppression.number_hash AND lifting.lifted_at > suppression.recorded_at)
), place AS (
    SELECT entry.member_id FROM pools_entry AS entry WHERE entry.city_id = %(city_id)s::int
     UNION
    SELECT holding.member_id FROM pools_holding AS holding WHERE holding.city_id = %(city_id)s::int
     UNION
    SELECT resting.member_id FROM pools_resting AS resting WHERE resting.city_id = %(city_id)s::int
)
SELECT place.member_id
  FROM place
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = place.member_id
 WHERE member.suppressed_at IS NOT NULL
    OR place.member_id IN (SELECT number.member_id FROM no
                             JOIN members_number AS number ON number.city_id = %(city_id)s::int AND number.number_hash = no.number_hash)
 ORDER BY 1
