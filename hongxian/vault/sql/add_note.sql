-- A note written by hand: an envelope of its own with its wrapped key.
WITH envelope AS (
    INSERT INTO vault_envelope (city_id, member_id, held, note, staff_id, sealed_at)
    VALUES (%(city_id)s::int, %(member_id)s::bigint, ARRAY['note'], %(note)s::bytea, %(staff_id)s::bigint, %(now)s::timestamptz)
    RETURNING id
)
INSERT INTO vault_datakey (city_id, envelope_id, member_id, kek_id, wrapped)
SELECT %(city_id)s::int, envelope.id, %(member_id)s::bigint, %(kek_id)s::smallint, %(wrapped)s::bytea FROM envelope
