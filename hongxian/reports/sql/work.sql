-- Sums of a city's or a store's work over some days (or one hour of them), by team, store or consultant, from the roll-ups.
WITH line AS (
    SELECT CASE %(unit)s::text WHEN 'team' THEN tally.team_id WHEN 'store' THEN tally.store_id ELSE tally.staff_id END AS unit_id,
           0::bigint AS claims, tally.calls, tally.connects, tally.talk_seconds, tally.interested, tally.refusals,
           tally.cap_hits, tally.rests, 0 AS texts, 0 AS opted_out
      FROM outreach_tally AS tally
     WHERE tally.city_id = %(city_id)s::int AND tally.span = %(span)s::text
       AND tally.begins >= %(begins)s::timestamptz AND tally.begins < %(ends)s::timestamptz
       AND (%(store_id)s::bigint IS NULL OR tally.store_id = %(store_id)s::bigint)
       AND (%(team_id)s::bigint IS NULL OR tally.team_id = %(team_id)s::bigint)
     UNION ALL
    SELECT CASE %(unit)s::text WHEN 'team' THEN tally.team_id WHEN 'store' THEN tally.store_id ELSE tally.staff_id END,
           0, 0, 0, 0, 0, 0, 0, 0, CASE WHEN tally.how IN ('hand', 'library') THEN tally.handed ELSE 0 END, tally.opted_out
      FROM outreach_texttally AS tally
     WHERE tally.city_id = %(city_id)s::int AND tally.span = %(span)s::text
       AND tally.begins >= %(begins)s::timestamptz AND tally.begins < %(ends)s::timestamptz
       AND (%(store_id)s::bigint IS NULL OR tally.store_id = %(store_id)s::bigint)
       AND (%(team_id)s::bigint IS NULL OR tally.team_id = %(team_id)s::bigint)
     UNION ALL
    SELECT CASE %(unit)s::text WHEN 'team' THEN staff.team_id WHEN 'store' THEN staff.store_id ELSE staff.id END,
           quota.used, 0, 0, 0, 0, 0, 0, 0, 0, 0
      FROM pools_quota AS quota
      JOIN org_staff AS staff ON staff.id = quota.staff_id
     WHERE quota.city_id = %(city_id)s::int AND quota.day BETWEEN %(since)s::date AND %(until)s::date
       AND (%(store_id)s::bigint IS NULL OR staff.store_id = %(store_id)s::bigint)
       AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
     UNION ALL
    SELECT CASE %(unit)s::text WHEN 'team' THEN staff.team_id WHEN 'store' THEN staff.store_id ELSE staff.id END,
           0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      FROM org_staff AS staff
     WHERE staff.active AND staff.role = 'consultant' AND staff.city_id = %(city_id)s::int
       AND (%(store_id)s::bigint IS NULL OR staff.store_id = %(store_id)s::bigint)
       AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
), total AS (
    SELECT coalesce(line.unit_id, 0) AS unit_id, sum(line.claims)::bigint AS claims, sum(line.calls)::bigint AS calls,
           sum(line.connects)::bigint AS connects, sum(line.talk_seconds)::bigint AS talk_seconds,
           sum(line.interested)::bigint AS interested, sum(line.refusals)::bigint AS refusals,
           sum(line.cap_hits)::bigint AS cap_hits, sum(line.rests)::bigint AS rests, sum(line.texts)::bigint AS texts,
           sum(line.opted_out)::bigint AS opted_out
      FROM line
     GROUP BY coalesce(line.unit_id, 0)
)
SELECT total.unit_id, coalesce(staff.alias, team.name, store.name, '') AS name,
       coalesce(staff.alias, team.name, store.name_en, '') AS name_en, total.claims, total.calls, total.connects, total.talk_seconds,
       total.interested, total.refusals, total.cap_hits, total.rests, total.texts, total.opted_out
  FROM total
  LEFT JOIN org_staff AS staff ON %(unit)s::text = 'consultant' AND staff.id = total.unit_id
  LEFT JOIN org_team AS team ON %(unit)s::text = 'team' AND team.id = total.unit_id
  LEFT JOIN org_store AS store ON %(unit)s::text = 'store' AND store.id = total.unit_id
 ORDER BY total.unit_id
