-- Committed traces that a caller names, if they are fresh and say yes: see keeper_trace.sql.
SELECT trace.at, trace.id, trace.purpose, trace.staff_id, trace.process, trace.member_ids, trace.fields
  FROM unnest(%(ats)s::timestamptz[], %(ids)s::bigint[]) AS asked (at, id)
  JOIN audit_trace AS trace ON trace.city_id = %(city_id)s::int AND trace.at = asked.at AND trace.id = asked.id
 WHERE trace.outcome = 'allowed' AND trace.at BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
   AND trace.at > %(now)s::timestamptz - interval '60 seconds' AND trace.at <= %(now)s::timestamptz + interval '5 seconds'
