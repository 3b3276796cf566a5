-- How many texts by hand left a sender today and a store in an hour, and whether the sender is held up; dropped and stopped ones left nothing.
SELECT count(*) FILTER (WHERE message.staff_id = %(staff_id)s::bigint AND message.at >= %(day)s::timestamptz) AS own_today,
       count(*) FILTER (WHERE message.at >= %(hour)s::timestamptz) AS store_hour,
       count(DISTINCT message.staff_id) FILTER (WHERE message.at >= %(hour)s::timestamptz) AS accounts,
       coalesce((SELECT pause.reason FROM outreach_pause AS pause
                  WHERE pause.city_id = %(city_id)s::int AND pause.staff_id = %(staff_id)s::bigint AND pause.channel = 'sms'
                    AND pause.ended_at IS NULL AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz)
                  ORDER BY pause.until DESC NULLS FIRST LIMIT 1), '') AS paused
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.store_id = %(store_id)s::bigint
   AND message.at >= least(%(day)s::timestamptz, %(hour)s::timestamptz)
   AND message.how IN ('hand', 'library') AND message.state NOT IN ('dropped', 'stopped')
