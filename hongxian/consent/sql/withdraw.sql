-- Takes a yes back; in force for whatever commits after.
INSERT INTO consent_withdrawal (city_id, member_id, purpose, recorded_at, via)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(purpose)s::text, %(now)s::timestamptz, %(via)s::text)
