-- Says what came of a try: only whoever took it, and only while it counts as being sent.
UPDATE reports_digest AS digest
   SET state = %(state)s::text, code = %(code)s::text, retry_at = coalesce(%(retry_at)s::timestamptz, digest.retry_at),
       ended_at = CASE WHEN %(state)s::text = 'waiting' THEN NULL ELSE %(now)s::timestamptz END
 WHERE digest.city_id = %(city_id)s::int AND digest.channel_id = %(channel_id)s::bigint AND digest.hour = %(hour)s::timestamptz
   AND digest.state = 'sending' AND digest.tries = %(tries)s::int
