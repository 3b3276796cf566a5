-- Puts the hour's digest down for every channel that is on, of stores whose agreement runs; who comes second puts nothing down.
INSERT INTO reports_digest (city_id, channel_id, hour, state, tries, retry_at, code)
SELECT channel.city_id, channel.id, %(hour)s::timestamptz, 'waiting', 0, %(now)s::timestamptz, ''
  FROM reports_channel AS channel
  JOIN org_store AS store ON store.id = channel.store_id AND store.active
 WHERE channel.city_id = %(city_id)s::int AND channel.active
   AND EXISTS (SELECT FROM org_agreement AS agreement
                WHERE agreement.store_id = store.id AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on)
    ON CONFLICT (city_id, channel_id, hour) DO NOTHING
