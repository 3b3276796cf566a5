-- A page of the members that one store brought in, the newest first, each with where they are; the members on it are one trace.
-- What bars a contact comes before where somebody is: whoever said no is "suppressed" wherever they were.
WITH stood AS (
    SELECT member.id AS member_id, member.sex, member.birth_year, member.height_cm, member.education, member.district, member.grade,
           holding.staff_id AS holder_id, holding.held_until, resting.until AS resting_until, entry.pool_id,
           CASE WHEN member.state = 'erased' THEN 'erased'
                WHEN member.suppressed_at IS NOT NULL THEN 'suppressed'
                WHEN member.state <> 'live' THEN 'barred'
                WHEN NOT EXISTS (
                    SELECT FROM consent_receipt AS receipt
                     WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id
                       AND receipt.purpose = 'outreach.call' AND receipt.notice_hash = %(notice_hash)s::text
                       AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                       AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                        WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                          AND withdrawal.purpose = receipt.purpose
                                          AND withdrawal.recorded_at >= receipt.recorded_at)) THEN 'no_consent'
                WHEN holding.member_id IS NOT NULL THEN 'held'
                WHEN resting.member_id IS NOT NULL AND resting.until > %(now)s::timestamptz THEN 'resting'
                WHEN entry.member_id IS NOT NULL THEN 'pool'
                ELSE 'none' END AS place
      FROM members_member AS member
      LEFT JOIN pools_holding AS holding ON holding.city_id = %(city_id)s::int AND holding.member_id = member.id
      LEFT JOIN pools_resting AS resting ON resting.city_id = %(city_id)s::int AND resting.member_id = member.id
      LEFT JOIN pools_entry AS entry ON entry.city_id = %(city_id)s::int AND entry.member_id = member.id
     WHERE member.city_id = %(city_id)s::int AND member.store_id = %(store_id)s::bigint
       AND (%(below)s::bigint IS NULL OR member.id < %(below)s::bigint)
), page AS (
    SELECT stood.* FROM stood
     WHERE %(place)s::text = '' OR stood.place = %(place)s::text
     ORDER BY stood.member_id DESC
     LIMIT %(most)s::int
), seen AS (
    SELECT page.member_id FROM page
), trace AS (
    /*include audit/add_trace*/
)
SELECT city.id AS city_id, city.code AS city_code, page.member_id, page.place, page.sex, page.birth_year, page.height_cm, page.education, page.district,
       page.grade, coalesce(pool.kind, '') AS pool_kind, coalesce(staff.alias, '') AS holder, page.held_until,
       page.resting_until
  FROM page
  JOIN trace ON true
  JOIN org_city AS city ON city.id = %(city_id)s::int
  LEFT JOIN pools_pool AS pool ON pool.id = page.pool_id
  LEFT JOIN org_staff AS staff ON staff.id = page.holder_id
 ORDER BY page.member_id DESC
