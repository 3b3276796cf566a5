-- Puts what partners are to be told in line; nothing for those who want to be told nothing.
WITH listening AS MATERIALIZED (
    SELECT hook.partner_id FROM partners_hook AS hook
     WHERE hook.partner_id = ANY (%(partner_ids)s::bigint[]) AND hook.ended_at IS NULL
)
INSERT INTO partners_delivery (city_id, public_id, partner_id, body, made_at, state, tries, next_at)
SELECT %(city_id)s::int, told.public_id, told.partner_id, told.body, %(now)s::timestamptz, 'waiting', 0, %(now)s::timestamptz
  FROM unnest(%(public_ids)s::uuid[], %(partner_ids)s::bigint[], %(bodies)s::text[]) AS told (public_id, partner_id, body)
 WHERE EXISTS (SELECT FROM listening WHERE listening.partner_id = told.partner_id)
