-- What somebody is looking at in a city.
SELECT matter.id AS case_id FROM safety_case AS matter
 WHERE matter.city_id = %(city_id)s::int AND matter.taken_by = %(staff_id)s::bigint AND matter.state = 'looking'
 ORDER BY matter.id
