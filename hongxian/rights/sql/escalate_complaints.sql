-- Complaints of a city that have been open for ten days go up to headquarters; after a reopening the ten days run anew.
WITH moved AS (
    UPDATE rights_complaint AS complaint SET escalated_at = %(now)s::timestamptz
     WHERE complaint.city_id = %(city_id)s::int AND (complaint.closed_at IS NULL OR complaint.reopened_at > complaint.closed_at)
       AND coalesce(complaint.reopened_at, complaint.opened_at) < %(before)s::timestamptz
       AND (complaint.escalated_at IS NULL OR complaint.escalated_at < complaint.reopened_at)
    RETURNING complaint.id AS thing_id
)
/*include rights/add_event*/
