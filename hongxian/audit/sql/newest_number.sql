-- The newest number that a trace has got, for monitoring.
SELECT coalesce(pg_sequence_last_value('audit_trace_id_seq'), 0) AS number
