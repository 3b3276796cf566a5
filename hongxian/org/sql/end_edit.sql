-- Says once what became of an edit; whoever comes second waits and finds no row.
INSERT INTO org_editdone (edit_id, at, how, by, why)
VALUES (%(edit_id)s::bigint, %(now)s::timestamptz, %(how)s::text, %(staff_id)s::bigint, %(why)s::text)
ON CONFLICT (edit_id) DO NOTHING
RETURNING edit_id
