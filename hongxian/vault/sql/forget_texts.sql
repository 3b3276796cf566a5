-- Retention: texts with codes, sent or not: a code of yesterday opens nothing.
DELETE FROM vault_text AS message WHERE message.made_at < %(before)s::timestamptz
