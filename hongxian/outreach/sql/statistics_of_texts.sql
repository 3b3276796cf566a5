-- Counts of texts over some days, from the roll-ups: by hour of the day, day, consultant, team, store, template or how.
WITH total AS (
    SELECT CASE %(by)s::text WHEN 'consultant' THEN tally.staff_id WHEN 'team' THEN tally.team_id WHEN 'store' THEN tally.store_id
                             WHEN 'template' THEN tally.version_id
                             WHEN 'hour' THEN extract(hour FROM tally.begins AT TIME ZONE 'Asia/Shanghai')::bigint ELSE 0 END AS id,
           CASE %(by)s::text WHEN 'how' THEN tally.how ELSE '' END AS how,
           CASE %(by)s::text WHEN 'day' THEN (tally.begins AT TIME ZONE 'Asia/Shanghai')::date END AS day,
           sum(tally.handed)::bigint AS handed, sum(tally.parts)::bigint AS parts, sum(tally.delivered)::bigint AS delivered,
           sum(tally.failed)::bigint AS failed, sum(tally.unknown)::bigint AS unknown, sum(tally.dropped)::bigint AS dropped,
           sum(tally.opted_out)::bigint AS opted_out
      FROM outreach_texttally AS tally
     WHERE tally.city_id = ANY (%(city_ids)s::int[]) AND tally.span = CASE %(by)s::text WHEN 'hour' THEN 'hour' ELSE 'day' END
       AND tally.begins >= %(begins)s::timestamptz AND tally.begins < %(ends)s::timestamptz
       AND (%(store_id)s::bigint IS NULL OR tally.store_id = %(store_id)s::bigint)
       AND (%(team_id)s::bigint IS NULL OR tally.team_id = %(team_id)s::bigint)
     GROUP BY 1, 2, 3
)
SELECT total.id, coalesce(staff.alias || ' ' || staff.employee_no, store.name || ' ' || team.name, shop.name,
                          template.name || ' v' || version.number, total.how, '') AS name,
       coalesce(store.name_en || ' ' || team.name, shop.name_en, '') AS name_en,
       total.day, total.handed, total.parts, total.delivered, total.failed, total.unknown, total.dropped, total.opted_out
  FROM total
  LEFT JOIN org_staff AS staff ON %(by)s::text = 'consultant' AND staff.id = total.id
  LEFT JOIN org_team AS team ON %(by)s::text = 'team' AND team.id = total.id
  LEFT JOIN org_store AS store ON store.id = team.store_id
  LEFT JOIN org_store AS shop ON %(by)s::text = 'store' AND shop.id = total.id
  LEFT JOIN outreach_version AS version ON %(by)s::text = 'template' AND version.id = total.id
  LEFT JOIN outreach_template AS template ON template.id = version.template_id
 ORDER BY total.day, CASE %(by)s::text WHEN 'hour' THEN total.id ELSE 0 END, total.handed DESC, total.id, total.how
 LIMIT %(limit)s::int
