-- What a stopped campaign still has waiting will not be sent; so many at once.
UPDATE outreach_message AS message
   SET state = 'stopped', ended_at = %(now)s::timestamptz
 WHERE message.city_id = %(city_id)s::int AND message.at = %(at)s::timestamptz AND message.state = 'waiting'
   AND message.id IN (
       SELECT each.id FROM outreach_message AS each
        WHERE each.city_id = %(city_id)s::int AND each.at = %(at)s::timestamptz AND each.campaign_id = %(campaign_id)s::bigint
          AND each.state = 'waiting'
        ORDER BY each.id
        LIMIT %(most)s::int
          FOR UPDATE)
