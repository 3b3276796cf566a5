-- A page of those of a store's members who are in one place, the newest first; the members on it are one trace. The walk is made
-- in order and ends where the page is full: hence OFFSET 0, which keeps the look-ups from being made for everybody at once.
WITH page AS (
    SELECT stood.* FROM (
    /*include outreach/library_place*/
      FROM (SELECT each.* FROM members_member AS each
             WHERE each.city_id = %(city_id)s::int AND each.store_id = %(store_id)s::bigint
               AND (%(below)s::bigint IS NULL OR each.id < %(below)s::bigint)
             ORDER BY each.id DESC
             OFFSET 0) AS member
      /*include outreach/library_joins*/
    ) AS stood
     WHERE stood.place = %(place)s::text
     ORDER BY stood.member_id DESC
     LIMIT %(most)s::int
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
