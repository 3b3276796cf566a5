-- Writes one trace that stands on its own: a decision taken before the read, or a denied try.
INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome, reason,
                         permit_id)
VALUES (%(city_id)s::int, %(now)s::timestamptz, %(staff_id)s::bigint, %(role)s::text, %(store_id)s::bigint, %(process)s::text,
        %(action)s::text, %(purpose)s::text, %(ground)s::text, %(member_ids)s::bigint[], %(fields)s::text[], %(outcome)s::text,
        %(reason)s::text, %(permit_id)s::bigint)
RETURNING city_id, at, id
