-- The fraud desk's cases over the whole company: those that wait first, the oldest at the top; of the closed ones the newest. Nobody is named.
SELECT city.id AS city_id, city.code AS city_code, matter.id AS case_id, matter.about, matter.kind, matter.state,
       matter.opened_at, matter.reports, coalesce(taker.alias, '') AS taker, matter.taken_by, matter.closed_at,
       matter.result
  FROM safety_case AS matter
  JOIN org_city AS city ON city.id = matter.city_id
  LEFT JOIN org_staff AS taker ON taker.id = matter.taken_by
 WHERE matter.staff_id IS DISTINCT FROM %(staff_id)s::bigint AND (matter.state = 'closed') = %(closed)s::boolean
 ORDER BY matter.state DESC, CASE WHEN %(closed)s::boolean THEN NULL ELSE matter.opened_at END, matter.closed_at DESC, matter.id
 LIMIT %(most)s::int
