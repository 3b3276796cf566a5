-- Adds up one day of a city by team, and a row of store 0 which says that it is done. Claims stand where each works now.
INSERT INTO outreach_daysum (city_id, begins, store_id, team_id, placed, talked, talk_seconds, calls, connects, interested, visits,
                             refusals, handed, delivered, dropped, opted_out, claims)
SELECT %(city_id)s::int, %(begins)s::timestamptz, part.store_id, part.team_id, sum(part.placed), sum(part.talked), sum(part.talk_seconds),
       sum(part.calls), sum(part.connects), sum(part.interested), sum(part.visits), sum(part.refusals), sum(part.handed),
       sum(part.delivered), sum(part.dropped), sum(part.opted_out), sum(part.claims)
  FROM (SELECT tally.store_id, tally.team_id, tally.placed, tally.talked, tally.talk_seconds, tally.calls, tally.connects,
               tally.interested, tally.visits, tally.refusals, 0 AS handed, 0 AS delivered, 0 AS dropped, 0 AS opted_out, 0 AS claims
          FROM outreach_tally AS tally
         WHERE tally.city_id = %(city_id)s::int AND tally.span = 'day' AND tally.begins = %(begins)s::timestamptz
         UNION ALL
        SELECT text.store_id, text.team_id, 0, 0, 0, 0, 0, 0, 0, 0, text.handed, text.delivered, text.dropped, text.opted_out, 0
          FROM outreach_texttally AS text
         WHERE text.city_id = %(city_id)s::int AND text.span = 'day' AND text.begins = %(begins)s::timestamptz
         UNION ALL
        SELECT staff.store_id, coalesce(staff.team_id, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, quota.used
          FROM pools_quota AS quota JOIN org_staff AS staff ON staff.id = quota.staff_id
         WHERE quota.city_id = %(city_id)s::int AND quota.day = %(day)s::date AND quota.used > 0 AND staff.store_id IS NOT NULL
         UNION ALL
        SELECT 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) AS part
 GROUP BY part.store_id, part.team_id
    ON CONFLICT (city_id, begins, store_id, team_id) DO NOTHING
