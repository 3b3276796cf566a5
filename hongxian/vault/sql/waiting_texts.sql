-- Texts of the system's own that have not left, for whoever sends them.
SELECT text.id, text.sealed FROM vault_text AS text WHERE text.state = 'waiting'
 ORDER BY text.made_at LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
