-- A store's channels with how the newest digest went, by team.
SELECT channel.id AS channel_id, nullif(channel.team_id, 0) AS team_id, coalesce(team.name, '') AS team_name, channel.kind, channel.hint, channel.active,
       channel.since, coalesce(staff.alias, '') AS who, newest.hour, coalesce(newest.state, '') AS state,
       coalesce(newest.code, '') AS code, coalesce(newest.tries, 0)::int AS tries
  FROM reports_channel AS channel
  LEFT JOIN org_team AS team ON team.id = channel.team_id
  LEFT JOIN org_staff AS staff ON staff.id = channel.staff_id
  LEFT JOIN LATERAL (SELECT digest.hour, digest.state, digest.code, digest.tries FROM reports_digest AS digest
                      WHERE digest.city_id = %(city_id)s::int AND digest.channel_id = channel.id
                      ORDER BY digest.hour DESC LIMIT 1) AS newest ON true
 WHERE channel.city_id = %(city_id)s::int AND channel.store_id = %(store_id)s::bigint
 ORDER BY channel.team_id, channel.id
