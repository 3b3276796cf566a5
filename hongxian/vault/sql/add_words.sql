-- Words of a request or a complaint: an envelope of its own with its wrapped key.
WITH envelope AS (
    INSERT INTO vault_envelope (city_id, member_id, held, words, staff_id, store_id, sealed_at)
    VALUES (%(city_id)s::int, %(subject)s::bigint, ARRAY[%(field)s::text], %(words)s::bytea, %(staff_id)s::bigint, %(store_id)s::bigint,
            %(now)s::timestamptz)
    RETURNING id
), key AS (
    INSERT INTO vault_datakey (city_id, envelope_id, member_id, kek_id, wrapped)
    SELECT %(city_id)s::int, envelope.id, %(subject)s::bigint, %(kek_id)s::smallint, %(wrapped)s::bytea FROM envelope
)
SELECT envelope.id AS envelope_id FROM envelope
