-- How many this batch of a campaign's plan left out, reason by reason.
INSERT INTO outreach_leftout (city_id, campaign_id, reason, members)
SELECT %(city_id)s::int, %(campaign_id)s::bigint, each.reason, each.members
  FROM unnest(%(reasons)s::text[], %(counts)s::int[]) AS each (reason, members)
ON CONFLICT (city_id, campaign_id, reason) DO UPDATE SET members = outreach_leftout.members + excluded.members
