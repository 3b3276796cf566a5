-- Retention: notes past their time, with their wrapped keys.
WITH gone AS (
    DELETE FROM vault_envelope AS envelope
     WHERE envelope.city_id = %(city_id)s::int AND envelope.held = ARRAY['note'] AND envelope.sealed_at < %(before)s::timestamptz
    RETURNING envelope.id
)
DELETE FROM vault_datakey AS key USING gone WHERE key.city_id = %(city_id)s::int AND key.envelope_id = gone.id
