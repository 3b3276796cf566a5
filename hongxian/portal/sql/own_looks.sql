-- A page of who looked at the visitor, the newest first: of staff, of the system, of the visitors themselves, or all.
SELECT look.number, look.at, look.role, look.process, look.action, look.purpose, look.fields, look.outcome, look.reason, look.alias,
       look.store_name, look.store_name_en
  FROM portal_own_look AS look
 WHERE look.number < %(before)s::bigint
   AND (%(who)s::text = 'all'
        OR %(who)s::text = CASE look.role WHEN 'system' THEN 'system' WHEN 'member' THEN 'self' ELSE 'staff' END)
 ORDER BY look.number DESC
 LIMIT %(most)s::int
