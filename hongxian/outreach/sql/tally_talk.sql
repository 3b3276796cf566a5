-- Counts talk into the hour and the day in which its call was placed, in the transaction that notes it.
UPDATE outreach_tally AS tally
   SET talked = tally.talked + %(talked)s::int, talk_seconds = tally.talk_seconds + %(seconds)s::int
 WHERE tally.city_id = %(city_id)s::int AND tally.staff_id = %(staff_id)s::bigint
   AND (tally.span = 'day' AND tally.begins = %(day)s::timestamptz OR tally.span = 'hour' AND tally.begins = %(hour)s::timestamptz)
