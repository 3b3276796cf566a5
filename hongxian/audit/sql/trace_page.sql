-- A page of the record for the auditor, by number, the newest first; what is not asked for is null.
SELECT /*include audit/trace_row*/
  FROM audit_trace AS trace
  /*include audit/trace_joins*/
 WHERE trace.id < %(before)s::bigint AND trace.at >= %(since)s::timestamptz AND trace.at < %(until)s::timestamptz
   AND (%(city)s::text IS NULL OR city.code = %(city)s::text)
   AND (%(employee_no)s::text IS NULL OR staff.employee_no = %(employee_no)s::text)
   AND (%(action)s::text IS NULL OR trace.action = %(action)s::text)
   AND (%(outcome)s::text IS NULL OR trace.outcome = %(outcome)s::text)
 ORDER BY trace.id DESC
 LIMIT %(most)s::int
