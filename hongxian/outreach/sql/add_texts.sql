-- Adds a batch of changes to the counts of texts, in the transaction that made them; in the order in which they are handed in.
INSERT INTO outreach_texttally AS tally (city_id, staff_id, version_id, store_id, team_id, how, span, begins,
                                         handed, parts, delivered, failed, unknown, dropped, opted_out)
SELECT %(city_id)s::int, more.*
  FROM unnest(%(staff_ids)s::bigint[], %(version_ids)s::bigint[], %(store_ids)s::bigint[], %(team_ids)s::bigint[],
              %(hows)s::text[], %(spans)s::text[], %(begins_at)s::timestamptz[],
              %(handed)s::int[], %(parts)s::int[], %(delivered)s::int[], %(failed)s::int[], %(unknown)s::int[],
              %(dropped)s::int[], %(opted_out)s::int[])
         AS more (staff_id, version_id, store_id, team_id, how, span, begins,
                  handed, parts, delivered, failed, unknown, dropped, opted_out)
    ON CONFLICT (city_id, staff_id, version_id, how, span, begins, store_id, team_id) DO UPDATE
   SET handed = tally.handed + excluded.handed, parts = tally.parts + excluded.parts,
       delivered = tally.delivered + excluded.delivered, failed = tally.failed + excluded.failed,
       unknown = tally.unknown + excluded.unknown, dropped = tally.dropped + excluded.dropped,
       opted_out = tally.opted_out + excluded.opted_out
