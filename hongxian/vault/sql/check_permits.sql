-- Invariant: a permit that was used, was used in its time, and a trace that says yes names its member.
SELECT permit.id AS permit_id, permit.member_id, permit.staff_id, permit.used_at
  FROM vault_permit AS permit
 WHERE permit.city_id = %(city_id)s::int AND permit.used_at >= %(begins)s::timestamptz
   AND (permit.used_at > permit.latest_at
        OR NOT EXISTS (SELECT FROM audit_trace AS trace
                        WHERE trace.city_id = %(city_id)s::int AND trace.outcome = 'allowed' AND trace.staff_id = permit.staff_id
                          AND trace.at BETWEEN permit.issued_at - interval '70 seconds' AND permit.used_at + interval '10 seconds'
                          AND permit.member_id = ANY (trace.member_ids) AND 'number' = ANY (trace.fields)))
 ORDER BY 1
