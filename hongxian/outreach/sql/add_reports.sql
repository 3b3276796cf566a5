-- What a gateway said of texts, once each however often it says it.
INSERT INTO outreach_report (city_id, message_at, message_id, state, code, received_at)
SELECT %(city_id)s::int, each.at, each.id, each.state, each.code, each.received_at
  FROM unnest(%(ats)s::timestamptz[], %(message_ids)s::bigint[], %(states)s::text[], %(codes)s::text[], %(received)s::timestamptz[])
       AS each (at, id, state, code, received_at)
    ON CONFLICT DO NOTHING
RETURNING message_id
