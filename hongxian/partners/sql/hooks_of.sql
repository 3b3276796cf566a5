-- Where a partner was and is told, the newest first, with who said so and why. Never the whole address.
SELECT hook.id AS hook_id, hook.host, hook.made_at, staff.alias AS made_by, hook.why, hook.ended_at, coalesce(ender.alias, '') AS ended_by,
       hook.ended_why
  FROM partners_hook AS hook
  JOIN org_staff AS staff ON staff.id = hook.made_by
  LEFT JOIN org_staff AS ender ON ender.id = hook.ended_by
 WHERE hook.partner_id = %(partner_id)s::bigint
 ORDER BY hook.id DESC
