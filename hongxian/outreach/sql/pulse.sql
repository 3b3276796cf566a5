-- How contacts are doing, for monitoring: texts that wait, hand over or are unknown, what gateways brought, calls under way.
SELECT (SELECT count(*) FROM outreach_message AS message WHERE message.state = 'waiting') AS waiting,
       (SELECT min(message.at) FROM outreach_message AS message WHERE message.state = 'waiting') AS waiting_since,
       (SELECT count(*) FROM outreach_message AS message WHERE message.state = 'handing') AS handing,
       (SELECT coalesce(sum(tally.unknown), 0)::bigint FROM outreach_texttally AS tally
         WHERE tally.span = 'hour' AND tally.begins >= %(since)s::timestamptz) AS unknown,
       (SELECT coalesce(sum(tally.failed), 0)::bigint FROM outreach_texttally AS tally
         WHERE tally.span = 'hour' AND tally.begins >= %(since)s::timestamptz) AS failed,
       (SELECT coalesce(sum(tally.handed), 0)::bigint FROM outreach_texttally AS tally
         WHERE tally.span = 'hour' AND tally.begins >= %(since)s::timestamptz) AS handed,
       (SELECT count(*) FROM outreach_arrived AS arrived WHERE arrived.done_at IS NULL) AS arrived,
       (SELECT min(arrived.received_at) FROM outreach_arrived AS arrived WHERE arrived.done_at IS NULL) AS arrived_since,
       (SELECT count(*) FROM outreach_placedcall AS placed
         WHERE placed.at >= %(since)s::timestamptz AND placed.ended_at IS NULL) AS calling
