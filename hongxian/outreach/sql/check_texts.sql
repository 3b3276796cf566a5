-- Invariant: a text's state and its times agree, and none is left in the middle of being handed over.
SELECT message.id, message.member_id, message.state, message.handing_at, message.handed_at
  FROM outreach_message AS message
 WHERE message.city_id = %(city_id)s::int AND message.at >= %(begins)s::timestamptz
   AND CASE message.state
            WHEN 'waiting' THEN message.handed_at IS NOT NULL
            WHEN 'handing' THEN message.handing_at IS NULL OR message.handing_at < %(stale)s::timestamptz
            WHEN 'handed' THEN message.handing_at IS NULL OR message.handed_at IS NULL
            WHEN 'delivered' THEN message.handing_at IS NULL OR message.handed_at IS NULL
            WHEN 'failed' THEN message.handing_at IS NULL
            WHEN 'unknown' THEN message.handing_at IS NULL
            WHEN 'dropped' THEN message.handed_at IS NOT NULL
            ELSE true END
 ORDER BY 1
