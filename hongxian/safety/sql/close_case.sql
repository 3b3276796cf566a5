-- A case ends with its result.
UPDATE safety_case AS matter SET state = 'closed', closed_at = %(now)s::timestamptz, closed_by = %(staff_id)s::bigint, result = %(result)s::text
 WHERE matter.city_id = %(city_id)s::int AND matter.id = %(case_id)s::bigint AND matter.state = 'looking'
