-- Takes members, whose rows are locked, out of a pool who may not be contacted any more or whose contacts of a lifetime are used up.
WITH gone AS (
    DELETE FROM pools_entry AS entry USING members_member AS member
     WHERE entry.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND entry.member_id = member.id
       AND entry.member_id = ANY (%(member_ids)s::bigint[])
       AND ((/*include pools/reachable*/) IS NOT TRUE OR member.contacts >= %(lifetime)s::int)
    RETURNING entry.member_id, entry.pool_id, member.contacts
)
INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, 'left', gone.member_id, 0, %(staff_id)s::bigint, gone.pool_id,
       coalesce(pool.kind, ''), 0, CASE WHEN gone.contacts >= %(lifetime)s::int THEN 'lifetime' ELSE 'unreachable' END
  FROM gone LEFT JOIN pools_pool AS pool ON pool.id = gone.pool_id
