-- The visitor is not content with the answer to their complaint.
UPDATE portal_own_complaint AS complaint SET reopened_at = %(now)s::timestamptz
 WHERE complaint.city_id = %(city_id)s::int AND complaint.id = %(number)s::bigint AND complaint.closed_at IS NOT NULL
   AND (complaint.reopened_at IS NULL OR complaint.reopened_at < complaint.closed_at)
