-- Retention: what was written in requests and complaints that are past their time, with the wrapped keys.
WITH gone AS (
    DELETE FROM vault_envelope AS envelope
     WHERE envelope.city_id = %(city_id)s::int AND envelope.id = ANY (%(envelope_ids)s::bigint[])
       AND envelope.held && ARRAY['request_text', 'complaint_text']
    RETURNING envelope.id
)
DELETE FROM vault_datakey AS key USING gone WHERE key.city_id = %(city_id)s::int AND key.envelope_id = gone.id
