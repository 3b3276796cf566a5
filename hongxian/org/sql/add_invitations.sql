-- Invites people: a code's hash for each, until a moment.
INSERT INTO org_invitation (staff_id, code_hash, made_at, made_by, until)
SELECT each.staff_id, each.code_hash, %(now)s::timestamptz, %(made_by)s::bigint, each.until
  FROM unnest(%(staff_ids)s::bigint[], %(code_hashes)s::bytea[], %(untils)s::timestamptz[]) AS each (staff_id, code_hash, until)
