-- Counts of calls over some days, from the roll-ups: by hour of the day, day, consultant, team or store.
WITH total AS (
    SELECT CASE %(by)s::text WHEN 'consultant' THEN tally.staff_id WHEN 'team' THEN tally.team_id WHEN 'store' THEN tally.store_id
                             WHEN 'hour' THEN extract(hour FROM tally.begins AT TIME ZONE 'Asia/Shanghai')::bigint ELSE 0 END AS id,
           CASE %(by)s::text WHEN 'day' THEN (tally.begins AT TIME ZONE 'Asia/Shanghai')::date END AS day,
           sum(tally.placed)::bigint AS placed, sum(tally.talked)::bigint AS talked, sum(tally.talk_seconds)::bigint AS talk_seconds,
           sum(tally.calls)::bigint AS calls, sum(tally.connects)::bigint AS connects, sum(tally.no_answers)::bigint AS no_answers,
           sum(tally.interested)::bigint AS interested, sum(tally.visits)::bigint AS visits, sum(tally.refusals)::bigint AS refusals
      FROM outreach_tally AS tally
     WHERE tally.city_id = ANY (%(city_ids)s::int[]) AND tally.span = CASE %(by)s::text WHEN 'hour' THEN 'hour' ELSE 'day' END
       AND tally.begins >= %(begins)s::timestamptz AND tally.begins < %(ends)s::timestamptz
       AND (%(store_id)s::bigint IS NULL OR tally.store_id = %(store_id)s::bigint)
       AND (%(team_id)s::bigint IS NULL OR tally.team_id = %(team_id)s::bigint)
     GROUP BY 1, 2
)
SELECT total.id, coalesce(staff.alias || ' ' || staff.employee_no, store.name || ' ' || team.name, shop.name, '') AS name,
       coalesce(store.name_en || ' ' || team.name, shop.name_en, '') AS name_en, total.day,
       total.placed, total.talked, total.talk_seconds, total.calls, total.connects, total.no_answers, total.interested, total.visits,
       total.refusals
  FROM total
  LEFT JOIN org_staff AS staff ON %(by)s::text = 'consultant' AND staff.id = total.id
  LEFT JOIN org_team AS team ON %(by)s::text = 'team' AND team.id = total.id
  LEFT JOIN org_store AS store ON store.id = team.store_id
  LEFT JOIN org_store AS shop ON %(by)s::text = 'store' AND shop.id = total.id
 ORDER BY total.day, CASE %(by)s::text WHEN 'hour' THEN total.id ELSE 0 END, total.calls DESC, total.id
 LIMIT %(limit)s::int
