-- Takes back a dealing's holdings that nobody has worked on, of members whose rows are locked; whoever was called or texted,
-- or for whom a call or text was let through, stays.
WITH freed AS (
    DELETE FROM pools_holding AS holding
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = ANY (%(member_ids)s::bigint[]) AND holding.how = 'dealt'
       AND holding.held_since = %(dealt_at)s::timestamptz AND holding.last_tried_at IS NULL AND holding.last_contact_at IS NULL
       AND NOT EXISTS (SELECT FROM vault_permit AS permit
                        WHERE permit.city_id = %(city_id)s::int AND permit.member_id = holding.member_id
                          AND permit.staff_id = holding.staff_id AND permit.issued_at >= %(dealt_at)s::timestamptz)
    RETURNING holding.member_id, holding.staff_id, holding.pool_id, holding.rank
), /*include pools/return_freed*/
