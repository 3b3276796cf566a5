-- What was being sent when somebody died is unknown and never sent again; what waited past its hour is missed.
UPDATE reports_digest AS digest
   SET state = CASE digest.state WHEN 'sending' THEN 'unknown' ELSE 'missed' END, ended_at = %(now)s::timestamptz,
       code = CASE digest.state WHEN 'sending' THEN 'died' ELSE digest.code END
 WHERE digest.city_id = %(city_id)s::int
   AND (digest.state = 'sending' AND digest.sending_at < %(orphaned)s::timestamptz
        OR digest.state = 'waiting' AND digest.hour < %(hour)s::timestamptz)
