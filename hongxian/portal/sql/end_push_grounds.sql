-- No ground without something pushed.
DELETE FROM portal_own_push_ground AS ground
 WHERE NOT EXISTS (SELECT FROM portal_own_pushed AS pushed
                    WHERE pushed.staff_id = ground.staff_id AND pushed.revoked_at IS NULL AND pushed.until > %(now)s::timestamptz)
