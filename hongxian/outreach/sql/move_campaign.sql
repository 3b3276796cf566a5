-- A campaign that is held goes on to another state; a stopped one has ended.
UPDATE outreach_campaign AS campaign
   SET state = %(state)s::text,
       ended_at = CASE WHEN %(state)s::text = 'stopped' THEN %(now)s::timestamptz END
 WHERE campaign.city_id = %(city_id)s::int AND campaign.id = %(campaign_id)s::bigint
