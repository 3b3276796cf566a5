-- What the gate decided, by reason, in traces between two numbers, for monitoring; "" where it let somebody through.
SELECT CASE WHEN trace.outcome = 'denied' THEN trace.reason ELSE '' END AS reason, count(*) AS count
  FROM audit_trace AS trace
 WHERE trace.id > %(after)s::bigint AND trace.id <= %(until)s::bigint AND trace.action = 'gate.permit'
 GROUP BY 1
