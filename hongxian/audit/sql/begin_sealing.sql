-- Begins a pass, unless another is at it: what is sealed, the next and the newest number of traces, and who had ended by now.
SELECT head.origin, head.size, head.low,
       (SELECT trace.id FROM audit_trace AS trace WHERE trace.id > head.low ORDER BY trace.id LIMIT 1) AS next,
       coalesce(pg_sequence_last_value('audit_trace_id_seq'), 0) AS ceiling,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS ended, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS begun,
       set_config('plan_cache_mode', 'force_custom_plan', true) AS planned
  FROM audit_head AS head
 WHERE pg_try_advisory_xact_lock(%(key)s::bigint)
   FOR UPDATE OF head
