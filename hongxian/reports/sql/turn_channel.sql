-- Stops or resumes a store's channel; no row when there is none that would change.
UPDATE reports_channel AS channel SET active = %(active)s::bool
 WHERE channel.city_id = %(city_id)s::int AND channel.id = %(channel_id)s::bigint AND channel.store_id = %(store_id)s::bigint
   AND channel.active <> %(active)s::bool
RETURNING channel.id AS channel_id
