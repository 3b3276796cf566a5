-- What a gateway brought, sealed to the worker; the same thing again changes nothing.
INSERT INTO outreach_arrived (kind, key, sealed, received_at)
VALUES (%(kind)s::text, %(key)s::text, %(sealed)s::bytea, %(now)s::timestamptz)
    ON CONFLICT (key) DO NOTHING
