-- A call that was asked for, with its permit.
INSERT INTO outreach_placedcall (city_id, at, member_id, staff_id, team_id, store_id, permit_id, gateway, request_key)
VALUES (%(city_id)s::int, %(now)s::timestamptz, %(member_id)s::bigint, %(staff_id)s::bigint, %(team_id)s::bigint, %(store_id)s::bigint,
        %(permit_id)s::bigint, %(gateway)s::text, %(request_key)s::uuid)
RETURNING at, id
