-- One batch of a campaign's texts, waiting for the sender.
INSERT INTO outreach_message (city_id, at, member_id, staff_id, team_id, store_id, how, purpose, version_id, campaign_id, variables, state,
                              latest_at, request_key)
SELECT %(city_id)s::int, %(at)s::timestamptz, each.member_id, each.staff_id, each.team_id, %(store_id)s::bigint, 'campaign',
       %(purpose)s::text, %(version_id)s::bigint, %(campaign_id)s::bigint, %(variables)s::jsonb, 'waiting', %(latest_at)s::timestamptz,
       md5(%(campaign_id)s::bigint || ' ' || each.member_id)::uuid
  FROM unnest(%(member_ids)s::bigint[], %(staff_ids)s::bigint[], %(team_ids)s::bigint[]) AS each (member_id, staff_id, team_id)
