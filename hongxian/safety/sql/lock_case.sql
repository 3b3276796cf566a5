-- Takes a case's row until the transaction ends.
SELECT matter.id AS case_id, matter.state, matter.member_id, matter.staff_id, matter.taken_by, matter.subject
  FROM safety_case AS matter
 WHERE matter.city_id = %(city_id)s::int AND matter.id = %(case_id)s::bigint
   FOR NO KEY UPDATE
