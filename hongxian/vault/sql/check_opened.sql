-- Invariant: whatever the keeper opened, it opened for a committed trace that says yes.
SELECT opened.trace_id, opened.trace_at
  FROM vault_opened AS opened
 WHERE opened.city_id = %(city_id)s::int AND opened.trace_at >= %(begins)s::timestamptz
   AND NOT EXISTS (SELECT FROM audit_trace AS trace
                    WHERE trace.city_id = %(city_id)s::int AND trace.at = opened.trace_at AND trace.id = opened.trace_id
                      AND trace.outcome = 'allowed')
 ORDER BY 1
