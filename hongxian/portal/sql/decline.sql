-- The visitor says no to a changed text; silences the question for that text.
INSERT INTO portal_own_refusal (city_id, member_id, purpose, notice_hash, recorded_at)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(purpose)s::text, %(notice_hash)s::text, %(now)s::timestamptz)
