-- One call's outcome, filed by hand or by the nine that the member pressed.
INSERT INTO outreach_call (city_id, at, member_id, staff_id, team_id, store_id, outcome, seconds, permit_id, filed, request_key)
VALUES (%(city_id)s::int, %(now)s::timestamptz, %(member_id)s::bigint, %(staff_id)s::bigint, %(team_id)s::bigint, %(store_id)s::bigint,
        %(outcome)s::text, %(seconds)s::int, %(permit_id)s::bigint, %(filed)s::text, %(request_key)s::uuid)
