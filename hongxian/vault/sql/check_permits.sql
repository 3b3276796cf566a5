-- Invariant: a permit that was used, was used in its time, and a trace that the keeper answered names its member.
SELECT permit.id AS permit_id, permit.member_id, permit.staff_id, permit.used_at
  FROM vault_permit AS permit
 WHERE permit.city_id = %(city_id)s::int AND permit.used_at >= %(begins)s::timestamptz
   AND (permit.used_at > permit.latest_at
        OR NOT EXISTS (SELECT FROM audit_trace AS trace
                         JOIN vault_opened AS opened
                           ON opened.city_id = %(city_id)s::int AND opened.trace_at = trace.at AND opened.trace_id = trace.id
                        WHERE trace.city_id = %(city_id)s::int AND trace.outcome = 'allowed'
                          AND trace.at BETWEEN permit.used_at - interval '70 seconds' AND permit.used_at + interval '10 seconds'
                          AND permit.member_id = ANY (trace.member_ids) AND 'number' = ANY (trace.fields)
                          AND trace.staff_id = permit.staff_id))
 ORDER BY 1
