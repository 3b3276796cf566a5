-- Texts queued before, with their reports: gone for good, of every city. The owner of the tables does it; see the migration.
SELECT forget_texts(%(before)s::timestamptz) AS gone
