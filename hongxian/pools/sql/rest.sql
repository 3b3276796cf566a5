-- Ends a holding; the member rests, in no pool, until a day. Who may not be contacted does not even rest.
WITH freed AS (
    DELETE FROM pools_holding AS holding
     WHERE holding.city_id = %(city_id)s::int AND holding.member_id = %(member_id)s::bigint AND holding.staff_id = %(holder_id)s::bigint
    RETURNING holding.member_id, holding.staff_id, holding.pool_id
), resting AS (
    INSERT INTO pools_resting (city_id, member_id, pool_id, until, reason)
    SELECT %(city_id)s::int, freed.member_id, freed.pool_id, %(until)s::timestamptz, %(reason)s::text
      FROM freed JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = freed.member_id
     WHERE member.state = 'live' AND member.suppressed_at IS NULL
), /*include pools/end_of_holding*/
SELECT freed.member_id FROM freed
