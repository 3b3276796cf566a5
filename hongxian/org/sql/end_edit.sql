-- Says once what became of an edit; whoever comes second waits and then breaks the key (ON CONFLICT would ask for UPDATE on a cluster).
INSERT INTO org_editdone (edit_id, at, how, by, why)
VALUES (%(edit_id)s::bigint, %(now)s::timestamptz, %(how)s::text, %(staff_id)s::bigint, %(why)s::text)
RETURNING edit_id
