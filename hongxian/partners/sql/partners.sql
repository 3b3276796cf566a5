-- Every partner with its city, who wrote it down and why, and how many of its keys open something today.
SELECT partner.id AS partner_id, partner.city_id, city.name AS city, city.name_en AS city_en, partner.name, partner.made_at,
       staff.alias AS made_by, partner.why, partner.ended_at, coalesce(ender.alias, '') AS ended_by, partner.ended_why,
       (SELECT count(*)::int FROM partners_key AS key
         WHERE key.partner_id = partner.id AND key.ended_at IS NULL AND key.expires_on >= %(today)s::date) AS keys,
       coalesce((SELECT hook.host FROM partners_hook AS hook WHERE hook.partner_id = partner.id AND hook.ended_at IS NULL), '') AS host
  FROM partners_partner AS partner
  JOIN org_city AS city ON city.id = partner.city_id
  JOIN org_staff AS staff ON staff.id = partner.made_by
  LEFT JOIN org_staff AS ender ON ender.id = partner.ended_by
 WHERE %(partner_id)s::bigint IS NULL OR partner.id = %(partner_id)s::bigint
 ORDER BY partner.ended_at IS NOT NULL, city.code, partner.name
