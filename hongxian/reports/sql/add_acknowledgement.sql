-- Adds what somebody found out about an anomaly.
INSERT INTO reports_acknowledgement (city_id, anomaly_id, about_id, by_id, at, result, note, seen)
VALUES (%(city_id)s::int, %(anomaly_id)s::bigint, %(about_id)s::bigint, %(by_id)s::bigint, %(now)s::timestamptz, %(result)s::text,
        %(note)s::text, %(seen)s::int)
