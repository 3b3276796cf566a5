-- Hours and days whose counts of texts differ from the texts themselves and their reports, over some days.
WITH text AS (
    SELECT message.staff_id, coalesce(message.store_id, 0) AS store_id, coalesce(message.team_id, 0) AS team_id,
           message.version_id, message.how, message.state, coalesce(message.parts, 0) AS parts,
           message.state IN ('handed', 'delivered', 'failed', 'unknown') AS handed,
           coalesce(message.handing_at, message.ended_at) AS moment,
           (SELECT count(*) FROM outreach_report AS report
             WHERE report.city_id = %(city_id)s::int AND report.message_at = message.at AND report.message_id = message.id
               AND report.state = 'opted_out') AS opted_out
      FROM outreach_message AS message
     WHERE message.city_id = %(city_id)s::int AND message.at < %(ends)s::timestamptz + interval '1 day'
), counted AS (
    SELECT text.staff_id, text.store_id, text.team_id, text.version_id, text.how, span.name AS span, span.begins,
           ARRAY[count(*) FILTER (WHERE text.handed), coalesce(sum(text.parts) FILTER (WHERE text.handed), 0),
                 count(*) FILTER (WHERE text.state = 'delivered'), count(*) FILTER (WHERE text.state = 'failed'),
                 count(*) FILTER (WHERE text.state = 'unknown'), count(*) FILTER (WHERE text.state = 'dropped'),
                 sum(text.opted_out)]::int[] AS counts
      FROM text
     CROSS JOIN LATERAL (VALUES ('day', date_trunc('day', text.moment, 'Asia/Shanghai')),
                                ('hour', date_trunc('hour', text.moment, 'Asia/Shanghai'))) AS span (name, begins)
     WHERE text.moment >= %(begins)s::timestamptz AND text.moment < %(ends)s::timestamptz + interval '1 day'
     GROUP BY text.staff_id, text.store_id, text.team_id, text.version_id, text.how, span.name, span.begins
), kept AS (
    SELECT tally.staff_id, tally.store_id, tally.team_id, tally.version_id, tally.how, tally.span, tally.begins,
           ARRAY[tally.handed, tally.parts, tally.delivered, tally.failed, tally.unknown, tally.dropped, tally.opted_out] AS counts
      FROM outreach_texttally AS tally
     WHERE tally.city_id = %(city_id)s::int AND tally.begins >= %(begins)s::timestamptz
       AND tally.begins < %(ends)s::timestamptz + interval '1 day'
)
SELECT staff_id, store_id, team_id, version_id, how, span, begins,
       coalesce(kept.counts, ARRAY[0, 0, 0, 0, 0, 0, 0]) AS kept, coalesce(counted.counts, ARRAY[0, 0, 0, 0, 0, 0, 0]) AS counted
  FROM kept
  FULL JOIN counted USING (staff_id, store_id, team_id, version_id, how, span, begins)
 WHERE coalesce(kept.counts, ARRAY[0, 0, 0, 0, 0, 0, 0]) <> coalesce(counted.counts, ARRAY[0, 0, 0, 0, 0, 0, 0])
 ORDER BY begins, span, staff_id, version_id
