-- Begins a pass, unless another is at it: what is sealed, the next and the newest number of traces, and who had ended by now.
WITH head AS MATERIALIZED (
    SELECT head.origin, head.size, head.low FROM audit_head AS head WHERE pg_try_advisory_xact_lock(%(key)s::bigint) FOR UPDATE
), next AS MATERIALIZED (
    SELECT trace.id FROM audit_trace AS trace WHERE trace.id > (SELECT head.low FROM head) ORDER BY trace.id LIMIT 1
)
SELECT head.origin, head.size, head.low, next.id AS next,
       coalesce(pg_sequence_last_value('audit_trace_id_seq'), 0) AS ceiling,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS ended, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS begun,
       to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS spread,
       set_config('plan_cache_mode', 'force_custom_plan', true) AS planned
  FROM head LEFT JOIN next ON true
