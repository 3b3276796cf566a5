-- Sums of calls from the roll-ups: by unit (none, city, store, team, consultant) and step of time (none, hour, day, week, month, quarter).
SELECT CASE %(unit)s::text WHEN 'city' THEN tally.city_id::bigint WHEN 'store' THEN tally.store_id WHEN 'team' THEN tally.team_id
                           WHEN 'consultant' THEN tally.staff_id ELSE 0 END AS unit_id,
       CASE WHEN %(step)s::text <> 'none' THEN date_trunc(%(step)s::text, tally.begins, 'Asia/Shanghai') END AS begins,
       sum(tally.placed)::bigint AS placed, sum(tally.talked)::bigint AS talked, sum(tally.talk_seconds)::bigint AS talk_seconds,
       sum(tally.calls)::bigint AS calls, sum(tally.connects)::bigint AS connects, sum(tally.interested)::bigint AS interested,
       sum(tally.visits)::bigint AS visits, sum(tally.refusals)::bigint AS refusals
  FROM outreach_tally AS tally
 WHERE tally.city_id = ANY (%(city_ids)s::int[]) AND tally.span = CASE %(step)s::text WHEN 'hour' THEN 'hour' ELSE 'day' END
   AND tally.begins >= %(begins)s::timestamptz AND tally.begins < %(ends)s::timestamptz
   AND tally.store_id BETWEEN coalesce(%(store_id)s::bigint, 0) AND coalesce(%(store_id)s::bigint, 9223372036854775807)
   AND (%(team_id)s::bigint IS NULL OR tally.team_id = %(team_id)s::bigint)
   AND (%(staff_id)s::bigint IS NULL OR tally.staff_id = %(staff_id)s::bigint)
 GROUP BY 1, 2
