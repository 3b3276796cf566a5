-- Takes a consultant's line for one call; nothing comes back while another call has it.
INSERT INTO outreach_busyline (city_id, staff_id, at, request_key)
VALUES (%(city_id)s::int, %(staff_id)s::bigint, %(now)s::timestamptz, %(request_key)s::uuid)
    ON CONFLICT (city_id, staff_id) DO NOTHING
RETURNING staff_id
