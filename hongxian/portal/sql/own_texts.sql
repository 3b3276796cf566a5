-- The texts that went, or did not go, to the visitor, the newest first.
SELECT own.id AS message_id, own.at, own.how, own.purpose, coalesce(own.template, '') AS template, coalesce(own.wording, '') AS wording,
       own.variables::text AS variables, own.state, coalesce(own.staff, '') AS staff, coalesce(own.store, '') AS store
  FROM portal_copy_text AS own
 WHERE own.at < %(before)s::timestamptz
 ORDER BY own.at DESC, own.id DESC
 LIMIT %(most)s::int
