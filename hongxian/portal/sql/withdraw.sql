-- The visitor takes a yes back; in force for whatever commits after.
INSERT INTO portal_own_withdrawal (city_id, member_id, purpose, recorded_at, via)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(purpose)s::text, %(now)s::timestamptz, 'portal')
