-- The privacy officer's answer closes a complaint that is open; the table refuses every other role.
WITH moved AS (
    UPDATE rights_complaint AS complaint
       SET closed_at = %(now)s::timestamptz, closed_by = %(staff_id)s::bigint, closed_role = %(role)s::text, answer_id = %(words_id)s::bigint
     WHERE complaint.city_id = %(city_id)s::int AND complaint.id = %(thing_id)s::bigint
       AND (complaint.closed_at IS NULL OR complaint.reopened_at > complaint.closed_at)
    RETURNING complaint.id AS thing_id
)
/*include rights/add_event*/
