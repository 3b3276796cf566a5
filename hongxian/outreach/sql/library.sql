-- A page of the members that one store brought in, the newest first, each with where they are; the members on it are one trace.
WITH page AS (
    /*include outreach/library_place*/
      FROM (SELECT each.* FROM members_member AS each
             WHERE each.city_id = %(city_id)s::int AND each.store_id = %(store_id)s::bigint
               AND (%(below)s::bigint IS NULL OR each.id < %(below)s::bigint)
             ORDER BY each.id DESC
             LIMIT %(most)s::int) AS member
      /*include outreach/library_joins*/
), seen AS (
    SELECT page.member_id FROM page
), trace AS (
    /*include audit/add_trace*/
)
SELECT city.id AS city_id, city.code AS city_code, page.member_id, page.place, page.sex, page.birth_year, page.height_cm, page.education,
       page.district, page.grade, coalesce(pool.kind, '') AS pool_kind, coalesce(staff.alias, '') AS holder, page.held_until,
       page.resting_until
  FROM page
  JOIN trace ON true
  JOIN org_city AS city ON city.id = %(city_id)s::int
  LEFT JOIN pools_pool AS pool ON pool.id = page.pool_id
  LEFT JOIN org_staff AS staff ON staff.id = page.holder_id
 ORDER BY page.member_id DESC
