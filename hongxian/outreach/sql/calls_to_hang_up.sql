-- Which of the calls that a dialer carries are to end: whoever placed them wants it, a nine was pressed, or the record says they are over.
SELECT call.at, call.id, call.nine_at IS NOT NULL AS nine
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.at = ANY (%(ats)s::timestamptz[]) AND call.id = ANY (%(ids)s::bigint[])
   AND (call.hang_up_at IS NOT NULL OR call.nine_at IS NOT NULL OR call.state = 'ended')
