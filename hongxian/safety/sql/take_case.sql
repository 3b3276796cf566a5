-- Somebody looks at an open case from now on.
UPDATE safety_case AS matter SET state = 'looking', taken_by = %(staff_id)s::bigint, taken_at = %(now)s::timestamptz
 WHERE matter.city_id = %(city_id)s::int AND matter.id = %(case_id)s::bigint AND matter.state = 'open'
