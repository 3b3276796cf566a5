-- Nobody answered: the part of the day is added once; outside calling hours nothing is.
UPDATE pools_holding AS holding
   SET last_outcome = 'no_answer', last_tried_at = %(now)s::timestamptz, call_back_at = NULL,
       silent_slots = CASE WHEN %(mark)s::int IS NULL OR %(mark)s::int = ANY (holding.silent_slots) THEN holding.silent_slots
                           ELSE holding.silent_slots || %(mark)s::int END
 WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint AND holding.staff_id = %(staff_id)s::bigint
RETURNING cardinality(holding.silent_slots) AS silent
