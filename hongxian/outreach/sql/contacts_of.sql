-- The history of contacts with one member in the last twelve months, as JSON: calls that were filed (not the one that was a report: the store
-- does not learn who made it), calls through a gateway, and texts; each the newest first.
SELECT coalesce((SELECT json_agg(each) FROM (/*include outreach/calls_of*/) AS each), '[]')::text AS calls,
       coalesce((SELECT json_agg(each) FROM (/*include outreach/placed_of*/) AS each), '[]')::text AS called,
       coalesce((SELECT json_agg(each) FROM (/*include outreach/texts_of_member*/) AS each), '[]')::text AS texts
