-- Takes the next digest of the hour that is due, for whoever asks alone: it is being sent from this statement's commit on.
WITH due AS (
    SELECT digest.channel_id FROM reports_digest AS digest
     WHERE digest.city_id = %(city_id)s::int AND digest.hour = %(hour)s::timestamptz AND digest.state = 'waiting'
       AND digest.retry_at <= %(now)s::timestamptz
     ORDER BY digest.retry_at, digest.channel_id
       FOR UPDATE SKIP LOCKED
     LIMIT 1
), taken AS (
    UPDATE reports_digest AS digest
       SET state = 'sending', tries = digest.tries + 1, sending_at = %(now)s::timestamptz
      FROM due
     WHERE digest.city_id = %(city_id)s::int AND digest.channel_id = due.channel_id AND digest.hour = %(hour)s::timestamptz
       AND digest.state = 'waiting'
 RETURNING digest.channel_id, digest.tries
)
SELECT taken.channel_id, taken.tries::int AS tries, channel.store_id, nullif(channel.team_id, 0) AS team_id, channel.kind, channel.fingerprint, channel.sealed,
       channel.active, store.name AS store_name, coalesce(team.name, '') AS team_name
  FROM taken
  JOIN reports_channel AS channel ON channel.city_id = %(city_id)s::int AND channel.id = taken.channel_id
  JOIN org_store AS store ON store.id = channel.store_id
  LEFT JOIN org_team AS team ON team.id = channel.team_id
