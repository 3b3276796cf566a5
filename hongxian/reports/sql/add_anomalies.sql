-- Adds what stands out in a day, or tells anew how far it stands out by now; gives how many are new.
WITH added AS (
    INSERT INTO reports_anomaly AS kept (city_id, staff_id, day, kind, store_id, team_id, seen, why, found_at)
    SELECT %(city_id)s::int, found.staff_id, %(day)s::date, found.kind, found.store_id, found.team_id, found.seen, found.why::jsonb,
           %(now)s::timestamptz
      FROM unnest(%(staff_ids)s::bigint[], %(kinds)s::text[], %(store_ids)s::bigint[], %(team_ids)s::bigint[], %(seens)s::int[],
                  %(whys)s::text[]) AS found (staff_id, kind, store_id, team_id, seen, why)
        ON CONFLICT (city_id, staff_id, day, kind) DO UPDATE SET seen = excluded.seen, why = excluded.why
    RETURNING kept.found_at
)
SELECT count(*) FILTER (WHERE added.found_at = %(now)s::timestamptz)::int AS found FROM added
