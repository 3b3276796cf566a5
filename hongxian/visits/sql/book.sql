-- Books a visit. Whether room and consultant are free the constraints say, whoever else books at the same moment.
INSERT INTO visits_visit (city_id, store_id, room_id, member_id, staff_id, team_id, begins, ends, state, booked_at, request_key)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(room_id)s::bigint, %(member_id)s::bigint, %(staff_id)s::bigint, %(team_id)s::bigint,
        %(begins)s::timestamptz, %(ends)s::timestamptz, 'booked', %(now)s::timestamptz, %(request_key)s::uuid)
RETURNING id AS visit_id, room_id
