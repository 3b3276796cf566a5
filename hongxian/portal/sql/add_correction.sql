-- The visitor's correction, for their history: of a plain facet what was and is, of a sealed field its envelope.
INSERT INTO portal_own_correction (city_id, member_id, field, before, after, envelope_id, at, via)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(field)s::text, %(before)s::text, %(after)s::text, %(envelope_id)s::bigint,
        %(now)s::timestamptz, 'portal')
