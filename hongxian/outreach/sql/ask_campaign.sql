-- Adds a request for texts to many; a second press with the same key adds nothing.
INSERT INTO outreach_campaign (city_id, store_id, team_id, name, audience, filters, variables, version_id, state, asked_by, asked_role, asked_at,
                               request_key, why, walked_to, walked)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(team_id)s::bigint, %(name)s::text, %(audience)s::text, %(filters)s::jsonb,
        %(variables)s::jsonb, %(version_id)s::bigint, 'asked', %(staff_id)s::bigint, %(role)s::text, %(now)s::timestamptz,
        %(request_key)s::uuid, %(why)s::text, 0, 0)
ON CONFLICT (city_id, request_key) DO NOTHING
RETURNING id AS campaign_id
