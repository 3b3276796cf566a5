-- The visitor's sealed lines as they were sealed: one, or all, the oldest first.
SELECT look.index, look.number, look.commitment, look.city_id, look.at, look.id, look.staff_id, look.role, look.store_id, look.process,
       look.action, look.purpose, look.ground, look.fields, look.outcome, look.reason, look.permit_id
  FROM portal_own_look AS look
 WHERE %(number)s::bigint IS NULL OR look.number = %(number)s::bigint
 ORDER BY look.number
