-- Edits with what became of them, the newest first; only those whose moment has come and that wait, or one.
SELECT edit.id AS edit_id, edit.kind, edit.thing_id, edit.before::text AS before, edit.after::text AS after, edit.effective_from,
       edit.made_at, coalesce(staff.alias, '') AS who, coalesce(staff.employee_no, '') AS employee_no, edit.why,
       coalesce(done.how, '') AS how, coalesce(done.why, '') AS done_why
  FROM org_edit AS edit
  LEFT JOIN org_editdone AS done ON done.edit_id = edit.id
  LEFT JOIN org_staff AS staff ON staff.id = edit.made_by
 WHERE (%(due)s::timestamptz IS NULL OR (edit.effective_from <= %(due)s::timestamptz AND done.edit_id IS NULL))
   AND (%(edit_id)s::bigint IS NULL OR edit.id = %(edit_id)s::bigint)
 ORDER BY edit.made_at DESC, edit.id DESC
 LIMIT %(size)s::int
