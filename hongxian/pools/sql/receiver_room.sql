-- Whether a receiver has room, and whether they or their team let one of these members go lately. The hand is locked.
SELECT CASE WHEN hand.store_id IN (0, %(store_id)s::bigint) THEN hand.cap - hand.held ELSE 0 END::int AS left,
       EXISTS (SELECT FROM pools_former AS former
                WHERE former.city_id = %(city_id)s::int AND former.member_id = ANY (%(member_ids)s::bigint[])
                  AND former.until > %(now)s::timestamptz
                  AND (former.staff_id = %(staff_id)s::bigint OR former.team_id = %(team_id)s::bigint)) AS waits
  FROM pools_hand AS hand
 WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint
