-- A case goes back to the queue.
UPDATE safety_case AS matter SET state = 'open', taken_by = NULL, taken_at = NULL
 WHERE matter.city_id = %(city_id)s::int AND matter.id = %(case_id)s::bigint AND matter.state = 'looking'
