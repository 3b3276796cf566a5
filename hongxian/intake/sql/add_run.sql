-- A new run.
INSERT INTO intake_run (city_id, store_id, staff_id, file_name, file_digest, as_of, dry, state, mapping, rows, rows_done, summary,
                        failure, created_at)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(staff_id)s::bigint, %(file_name)s::text, %(file_digest)s::text, %(as_of)s::date,
        %(dry)s::boolean, %(state)s::text, %(mapping)s::jsonb, 0, 0, '{}', '', %(now)s::timestamptz)
RETURNING city_id, id AS run_id
