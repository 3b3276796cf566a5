-- Invariant: where a member is, is where the ledger's last line about them has put them; who is held is in the ledger.
WITH last AS (
    SELECT DISTINCT ON (ledger.member_id) ledger.member_id, ledger.move, ledger.staff_id
      FROM pools_ledger AS ledger
     WHERE ledger.city_id = %(city_id)s::int
     ORDER BY ledger.member_id, ledger.id DESC
), place AS (
    SELECT entry.member_id, 'pool' AS place, 0 AS staff_id FROM pools_entry AS entry WHERE entry.city_id = %(city_id)s::int
     UNION ALL
    SELECT holding.member_id, 'hand', holding.staff_id FROM pools_holding AS holding WHERE holding.city_id = %(city_id)s::int
     UNION ALL
    SELECT resting.member_id, 'rest', 0 FROM pools_resting AS resting WHERE resting.city_id = %(city_id)s::int
)
SELECT member_id, place.place, place.staff_id, last.move, last.staff_id AS staff_of_move
  FROM last FULL JOIN place USING (member_id)
 WHERE CASE WHEN last.move IS NULL THEN place.place = 'hand'
            WHEN last.move IN ('claimed', 'dealt', 'reassigned')
                THEN place.place IS DISTINCT FROM 'hand' OR place.staff_id <> last.staff_id
            WHEN last.move IN ('left', 'refused', 'erased') THEN place.place IS NOT NULL
            ELSE place.place IS NOT DISTINCT FROM 'hand' END
 ORDER BY 1
