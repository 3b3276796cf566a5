-- A partner's keys, the newest first, with who made and ended each and why. Never a digest.
SELECT key.id AS key_id, key.scopes, key.a_minute, key.expires_on, key.made_at, staff.alias AS made_by, key.why, key.ended_at,
       coalesce(ender.alias, '') AS ended_by, key.ended_why,
       (SELECT max(counted.minute) FROM partners_minute AS counted
         WHERE counted.city_id = %(city_id)s::int AND counted.key_id = key.id) AS used_at
  FROM partners_key AS key
  JOIN org_staff AS staff ON staff.id = key.made_by
  LEFT JOIN org_staff AS ender ON ender.id = key.ended_by
 WHERE key.partner_id = %(partner_id)s::bigint
 ORDER BY key.id DESC
