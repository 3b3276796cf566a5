-- A text has left, or cannot: what it said goes.
UPDATE vault_text AS text SET state = %(state)s::text, sealed = '', sent_at = %(now)s::timestamptz WHERE text.id = %(id)s::uuid
