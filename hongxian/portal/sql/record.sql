-- Writes a trace of the portal's own: the person themselves, about themselves or about nobody.
INSERT INTO portal_trace (city_id, at, staff_id, role, process, action, purpose, ground, member_ids, fields, outcome, reason)
VALUES (%(city_id)s::int, %(now)s::timestamptz, 0, 'member', 'portal', %(action)s::text, %(purpose)s::text, %(ground)s::text,
        %(member_ids)s::bigint[], %(fields)s::text[], %(outcome)s::text, %(reason)s::text)
RETURNING city_id, at, id
