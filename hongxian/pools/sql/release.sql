-- Ends one holder's holdings of these members, whose rows are locked, and puts back who may be contacted.
WITH freed AS (
    DELETE FROM pools_holding AS holding
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = ANY (%(member_ids)s::bigint[])
       AND holding.staff_id = %(holder_id)s::bigint
    RETURNING holding.member_id, holding.staff_id, holding.pool_id, holding.rank
), /*include pools/return_freed*/
