-- Queues one text to each of these members, under one key; nothing when that key has been used by this sender within a day.
INSERT INTO outreach_message (city_id, at, member_id, staff_id, team_id, store_id, how, purpose, version_id, campaign_id, variables,
                              latest_at, request_key)
SELECT %(city_id)s::int, %(now)s::timestamptz, member.id, %(staff_id)s::bigint, %(team_id)s::bigint, %(store_id)s::bigint,
       %(how)s::text, %(purpose)s::text, %(version_id)s::bigint, %(campaign_id)s::bigint, %(variables)s::jsonb,
       %(latest_at)s::timestamptz, %(request_key)s::uuid
  FROM unnest(%(member_ids)s::bigint[]) WITH ORDINALITY AS member (id, place)
 ORDER BY member.place
RETURNING id AS message_id, member_id
