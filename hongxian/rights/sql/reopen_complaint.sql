-- The person is not content with the answer: the complaint is open again, with its clock from the start.
WITH moved AS (
    UPDATE rights_complaint AS complaint SET reopened_at = %(now)s::timestamptz
     WHERE complaint.city_id = %(city_id)s::int AND complaint.id = %(thing_id)s::bigint AND complaint.closed_at IS NOT NULL
       AND (complaint.reopened_at IS NULL OR complaint.reopened_at < complaint.closed_at)
    RETURNING complaint.id AS thing_id
)
/*include rights/add_event*/
