-- A page of a pool's cards in rank order, each sex read from the wide index; one trace names them all. So many entries are looked at
-- and no more: where that was not enough, a last row without a member says up to where it was looked, and nothing beyond is shown.
WITH pool AS (
    SELECT pool.id FROM pools_pool AS pool
     WHERE pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
       AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
), picked AS (
    SELECT found.* FROM unnest(%(sexes)s::text[]) AS each(sex)
     CROSS JOIN LATERAL (
            SELECT entry.* FROM (/*include pools/looked_at*/ LIMIT %(look)s::int) AS entry
             WHERE /*include pools/within_filters*/
             ORDER BY entry.rank, entry.member_id
             LIMIT %(size)s::int) AS found
), ended AS (
    -- Of a sex that filled no page: the last entry that was looked at, if there were so many.
    SELECT last.rank, last.member_id FROM unnest(%(sexes)s::text[]) AS each(sex)
     CROSS JOIN LATERAL (/*include pools/looked_at*/ OFFSET %(look)s::int - 1 LIMIT 1) AS last
     WHERE (SELECT count(*) FROM picked WHERE picked.sex = each.sex) < %(size)s::int
     ORDER BY last.rank, last.member_id
     LIMIT 1
), page AS (
    SELECT picked.* FROM picked
     WHERE (picked.rank, picked.member_id) <= (coalesce((SELECT ended.rank FROM ended), 9223372036854775807),
                                           coalesce((SELECT ended.member_id FROM ended), 0))
     ORDER BY picked.rank, picked.member_id
     LIMIT %(size)s::int
), seen AS (
    SELECT page.member_id FROM page
), trace AS (
    /*include audit/add_trace*/
)
SELECT %(city_id)s::int AS city_id, entry.member_id, city.code AS city_code, entry.rank, substr('ABCDE', (entry.rank >> 40)::int + 1, 1) AS grade,
       entry.sex, entry.birth_year, entry.height_cm, entry.education, entry.income_band, entry.marital, entry.district,
       NOT /*include pools/not_waiting*/ AS waiting, NULL::bigint AS looked_to
  FROM page AS entry JOIN trace ON true JOIN org_city AS city ON city.id = %(city_id)s::int
 UNION ALL
SELECT %(city_id)s::int, 0, '', ended.rank, '', '', 0, 0, 0, 0, 0, '', false, ended.member_id
  FROM ended WHERE (SELECT count(*) FROM page) < %(size)s::int
 ORDER BY 4, 2
