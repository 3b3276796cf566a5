-- Sums over the days that are folded in every city asked for, by unit (none, city, store, team) and step; with those days.
WITH day AS MATERIALIZED (
    SELECT sums.begins FROM outreach_daysum AS sums
     WHERE sums.city_id = ANY (%(city_ids)s::int[]) AND sums.begins >= %(begins)s::timestamptz AND sums.begins < %(ends)s::timestamptz
       AND sums.store_id = 0 AND sums.team_id = 0
     GROUP BY sums.begins HAVING count(*) = cardinality(%(city_ids)s::int[])
), sum_of_day AS (
    -- First by day, then by step: a day is looked up in its step once, not for every team.
    SELECT CASE %(unit)s::text WHEN 'city' THEN sums.city_id::bigint WHEN 'store' THEN sums.store_id WHEN 'team' THEN sums.team_id
                               ELSE 0 END AS unit_id,
           CASE WHEN %(step)s::text <> 'none' THEN sums.begins END AS begins,
           sum(sums.placed) AS placed, sum(sums.talked) AS talked, sum(sums.talk_seconds) AS talk_seconds, sum(sums.calls) AS calls,
           sum(sums.connects) AS connects, sum(sums.interested) AS interested, sum(sums.visits) AS visits,
           sum(sums.refusals) AS refusals, sum(sums.handed) AS handed, sum(sums.delivered) AS delivered,
           sum(sums.dropped) AS dropped, sum(sums.opted_out) AS opted_out, sum(sums.claims) AS claims
      FROM outreach_daysum AS sums
     WHERE sums.city_id = ANY (%(city_ids)s::int[]) AND sums.begins = ANY (ARRAY(SELECT day.begins FROM day))
       AND sums.store_id BETWEEN coalesce(%(store_id)s::bigint, 0) AND coalesce(%(store_id)s::bigint, 9223372036854775807)
       AND (%(team_id)s::bigint IS NULL OR sums.team_id = %(team_id)s::bigint)
     GROUP BY 1, 2
)
SELECT sums.unit_id, CASE WHEN %(step)s::text <> 'none' THEN date_trunc(%(step)s::text, sums.begins, 'Asia/Shanghai') END AS begins,
       sum(sums.placed)::bigint AS placed, sum(sums.talked)::bigint AS talked, sum(sums.talk_seconds)::bigint AS talk_seconds,
       sum(sums.calls)::bigint AS calls, sum(sums.connects)::bigint AS connects, sum(sums.interested)::bigint AS interested,
       sum(sums.visits)::bigint AS visits, sum(sums.refusals)::bigint AS refusals, sum(sums.handed)::bigint AS handed,
       sum(sums.delivered)::bigint AS delivered, sum(sums.dropped)::bigint AS dropped, sum(sums.opted_out)::bigint AS opted_out,
       sum(sums.claims)::bigint AS claims,
       CASE WHEN row_number() OVER () = 1 THEN ARRAY(SELECT day.begins FROM day) ELSE '{}' END AS folded
  FROM sum_of_day AS sums
 GROUP BY 1, 2
