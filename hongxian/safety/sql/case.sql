-- One case with whom it is about, for the fraud desk; not for the person it is about.
SELECT matter.city_id, city.code AS city_code, matter.id AS case_id, matter.about, matter.kind, matter.state,
       matter.opened_at, matter.reports, coalesce(taker.alias, '') AS taker, matter.taken_by, matter.closed_at,
       matter.result, matter.member_id, matter.staff_id, coalesce(accused.alias, '') AS accused_alias,
       coalesce(store.code, '') AS accused_store, matter.subject
  FROM safety_case AS matter
  JOIN org_city AS city ON city.id = matter.city_id
  LEFT JOIN org_staff AS taker ON taker.id = matter.taken_by
  LEFT JOIN org_staff AS accused ON accused.id = matter.staff_id
  LEFT JOIN org_store AS store ON store.id = accused.store_id
 WHERE matter.city_id = %(city_id)s::int AND matter.id = %(case_id)s::bigint
   AND matter.staff_id IS DISTINCT FROM %(by_staff_id)s::bigint
