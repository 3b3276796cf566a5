-- Erasure: without its wrapped keys nothing sealed of this member can be opened again, here or in a backup of the data.
WITH keys AS (
    DELETE FROM vault_datakey AS key WHERE key.city_id = %(city_id)s::int AND key.member_id = %(member_id)s::bigint
), envelopes AS (
    DELETE FROM vault_envelope AS envelope WHERE envelope.city_id = %(city_id)s::int AND envelope.member_id = %(member_id)s::bigint
), pushes AS (
    DELETE FROM vault_pushed AS pushed WHERE pushed.city_id = %(city_id)s::int AND pushed.member_id = %(member_id)s::bigint
)
DELETE FROM vault_ground AS ground WHERE ground.city_id = %(city_id)s::int AND ground.member_id = %(member_id)s::bigint
