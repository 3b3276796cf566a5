-- The same about one member, found by way of the sealed leaves; what is a second old is not among them yet.
SELECT /*include audit/trace_row*/
  FROM audit_leaf AS leaf
  JOIN audit_trace AS trace ON trace.city_id = %(city_id)s::int AND trace.at = leaf.trace_at AND trace.id = leaf.trace_id
  /*include audit/trace_joins*/
 WHERE leaf.city_id = %(city_id)s::int AND leaf.member_id = %(member_id)s::bigint
   AND trace.id < %(before)s::bigint AND trace.at >= %(since)s::timestamptz AND trace.at < %(until)s::timestamptz
   AND (%(employee_no)s::text IS NULL OR staff.employee_no = %(employee_no)s::text)
   AND (%(action)s::text IS NULL OR trace.action = %(action)s::text)
   AND (%(outcome)s::text IS NULL OR trace.outcome = %(outcome)s::text)
 ORDER BY trace.id DESC
 LIMIT %(most)s::int
