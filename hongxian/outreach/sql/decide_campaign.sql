-- A second person has said yes or no to a campaign.
UPDATE outreach_campaign AS campaign
   SET state = %(state)s::text, decided_by = %(staff_id)s::bigint, decided_at = %(now)s::timestamptz, decided_why = %(why)s::text,
       ended_at = CASE WHEN %(state)s::text = 'refused' THEN %(now)s::timestamptz END
 WHERE campaign.city_id = %(city_id)s::int AND campaign.id = %(campaign_id)s::bigint AND campaign.state = 'asked'
