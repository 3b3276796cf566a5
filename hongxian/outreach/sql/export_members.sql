-- The members of a store for a file: only who may be contacted, in the asked place, at most so many; all of them in one trace.
WITH page AS (
    SELECT stood.* FROM (
    /*include outreach/library_place*/
      FROM (SELECT each.* FROM members_member AS each
             WHERE each.city_id = %(city_id)s::int AND each.store_id = %(store_id)s::bigint
             ORDER BY each.id DESC
             OFFSET 0) AS member
      /*include outreach/library_joins*/
    ) AS stood
     WHERE stood.place = ANY (%(places)s::text[])
     ORDER BY stood.member_id DESC
     LIMIT %(cap)s::int
), seen AS (
    SELECT page.member_id FROM page
), trace AS (
    /*include audit/add_trace*/
)
SELECT city.code AS city_code, page.member_id, page.place, page.sex, page.birth_year, page.height_cm, page.education, member.income_band,
       member.marital, page.district, member.occupation, member.housing, member.car, page.grade
  FROM page
  JOIN trace ON true
  JOIN org_city AS city ON city.id = %(city_id)s::int
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = page.member_id
