-- Invariant: what is counted of calls, by consultant, hour and day, is what the calls themselves say.
WITH filed AS (
    SELECT call.staff_id, span.name AS span, span.begins, count(*) AS calls,
           count(*) FILTER (WHERE call.outcome IN ('call_back', 'interested', 'visit', 'refused', 'married', 'fraud')) AS connects,
           count(*) FILTER (WHERE call.outcome = 'no_answer') AS no_answers,
           count(*) FILTER (WHERE call.outcome = 'interested') AS interested,
           count(*) FILTER (WHERE call.outcome = 'visit') AS visits,
           count(*) FILTER (WHERE call.outcome IN ('refused', 'married')) AS refusals
      FROM outreach_call AS call
     CROSS JOIN LATERAL (VALUES ('day', date_trunc('day', call.at, 'Asia/Shanghai')),
                                ('hour', date_trunc('hour', call.at, 'Asia/Shanghai'))) AS span (name, begins)
     WHERE call.city_id = %(city_id)s::int AND call.at >= %(begins)s::timestamptz
     GROUP BY call.staff_id, span.name, span.begins
), placed AS (
    SELECT call.staff_id, span.name AS span, span.begins, count(*) AS placed, count(call.talking_at) AS talked,
           coalesce(sum(greatest(0, floor(extract(epoch FROM call.ended_at - call.talking_at)))), 0) AS talk_seconds
      FROM outreach_placedcall AS call
     CROSS JOIN LATERAL (VALUES ('day', date_trunc('day', call.at, 'Asia/Shanghai')),
                                ('hour', date_trunc('hour', call.at, 'Asia/Shanghai'))) AS span (name, begins)
     WHERE call.city_id = %(city_id)s::int AND call.at >= %(begins)s::timestamptz
     GROUP BY call.staff_id, span.name, span.begins
), counted AS (
    SELECT staff_id, span, begins,
           ARRAY[filed.calls, filed.connects, filed.no_answers, filed.interested, filed.visits, filed.refusals, placed.placed,
                 placed.talked, placed.talk_seconds]::int[] AS counts
      FROM filed FULL JOIN placed USING (staff_id, span, begins)
), kept AS (
    SELECT tally.staff_id, tally.span::text AS span, tally.begins,
           ARRAY[tally.calls, tally.connects, tally.no_answers, tally.interested, tally.visits, tally.refusals, tally.placed,
                 tally.talked, tally.talk_seconds]::int[] AS counts
      FROM outreach_tally AS tally
     WHERE tally.city_id = %(city_id)s::int AND tally.begins >= %(begins)s::timestamptz
)
SELECT staff_id, span, begins, kept.counts AS kept, counted.counts AS counted
  FROM kept FULL JOIN counted USING (staff_id, span, begins)
 WHERE array_replace(coalesce(kept.counts, '{0,0,0,0,0,0,0,0,0}'), NULL, 0)
    <> array_replace(coalesce(counted.counts, '{0,0,0,0,0,0,0,0,0}'), NULL, 0)
 ORDER BY 3, 2, 1
