-- Lets somebody read the words under these numbers.
INSERT INTO vault_reader (city_id, subject, staff_id, until)
SELECT %(city_id)s::int, each.subject, %(staff_id)s::bigint, %(until)s::timestamptz FROM unnest(%(subjects)s::bigint[]) AS each (subject)
ON CONFLICT (city_id, subject, staff_id) DO UPDATE SET until = excluded.until
