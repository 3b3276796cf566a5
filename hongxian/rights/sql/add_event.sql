-- One more line in the history of a request or complaint, which the caller holds.
WITH moved AS (
    SELECT %(thing_id)s::bigint AS thing_id
)
/*include rights/add_event*/
