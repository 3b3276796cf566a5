-- What came of a contact; the holding and its ground last longer. Whoever spoke is not silent any more.
WITH held AS (
    UPDATE pools_holding AS holding
       SET last_outcome = %(outcome)s::text, last_contact_at = %(now)s::timestamptz, last_tried_at = %(now)s::timestamptz, call_back_at = %(call_back_at)s::timestamptz,
           held_until = greatest(holding.held_until, %(held_until)s::timestamptz),
           silent_slots = CASE WHEN %(outcome)s::text = 'busy' THEN holding.silent_slots ELSE '{}' END
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint
       AND holding.staff_id = %(staff_id)s::bigint
    RETURNING holding.member_id, holding.staff_id, holding.held_until
), ground AS (
    /*include vault/add_grounds*/
)
SELECT held.held_until FROM held
