-- Writes down a session that begins: whose, how they came in, on what device.
INSERT INTO org_session (account_id, epoch, how, device, begun_at, seen_at, until)
VALUES (%(account_id)s::bigint, %(epoch)s::int, %(how)s::text, %(device)s::text, %(now)s::timestamptz, %(now)s::timestamptz,
        %(until)s::timestamptz)
RETURNING id AS session_id
