-- What a member pushed to this person and has not taken back, while they are held: the newest first.
SELECT pushed.id, pushed.kind, pushed.pushed_at, pushed.until, pushed.kek_id, pushed.wrapped, pushed.sealed
  FROM vault_pushed AS pushed
 WHERE pushed.city_id = %(city_id)s::int AND pushed.member_id = %(member_id)s::bigint AND pushed.staff_id = %(staff_id)s::bigint
   AND pushed.revoked_at IS NULL AND pushed.until > %(now)s::timestamptz AND pushed.sealed IS NOT NULL
   AND pushed.kind = ANY (%(kinds)s::text[])
   AND EXISTS (SELECT FROM vault_ground AS ground
                WHERE ground.city_id = %(city_id)s::int AND ground.member_id = %(member_id)s::bigint
                  AND ground.staff_id = %(staff_id)s::bigint AND ground.kind = pushed.ground
                  AND ground.until > %(now)s::timestamptz)
 ORDER BY pushed.id DESC
 LIMIT 100
