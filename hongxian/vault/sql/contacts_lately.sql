-- How often this member was contacted on a channel since then, company-wide. Showing the same number again to the same
-- person within a quarter of an hour is the same contact. A permit still good counts as used.
SELECT count(*) FILTER (WHERE each.gap IS NULL OR each.gap > interval '15 minutes') AS contacts,
       coalesce(bool_or(each.staff_id = %(staff_id)s::bigint AND each.at > %(now)s::timestamptz - interval '15 minutes'), false) AS same
  FROM (SELECT permit.staff_id, coalesce(permit.used_at, permit.issued_at) AS at,
               permit.issued_at - lag(permit.issued_at) OVER (PARTITION BY permit.staff_id ORDER BY permit.issued_at) AS gap
          FROM vault_permit AS permit
         WHERE permit.city_id = %(city_id)s::int AND permit.member_id = %(member_id)s::bigint
           AND permit.issued_at > %(since)s::timestamptz AND permit.channel = %(channel)s::text
           AND (permit.used_at IS NOT NULL OR permit.latest_at > %(now)s::timestamptz)) AS each
