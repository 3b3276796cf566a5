-- A text of the system's own, sealed to the worker.
INSERT INTO vault_text (id, sealed, made_at, state) VALUES (%(id)s::uuid, %(sealed)s::bytea, %(now)s::timestamptz, 'waiting')
RETURNING id
