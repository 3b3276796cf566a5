-- A page of a pool's cards in rank order, each sex read from the wide index; one trace names them all.
WITH pool AS (
    SELECT pool.id FROM pools_pool AS pool
     WHERE pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
       AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
), page AS (
    SELECT found.* FROM unnest(%(sexes)s::text[]) AS each(sex)
     CROSS JOIN LATERAL (
            SELECT entry.member_id, entry.rank, entry.sex, entry.birth_year, entry.height_cm, entry.education, entry.income_band,
                   entry.marital, entry.district FROM pools_entry AS entry
             WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = (SELECT pool.id FROM pool) AND entry.sex = each.sex
               AND (entry.rank, entry.member_id) > (%(after_rank)s::bigint, %(after_member_id)s::bigint)
               AND entry.rank BETWEEN %(best_rank)s::bigint AND %(worst_rank)s::bigint
               AND /*include pools/within_filters*/
             ORDER BY entry.rank, entry.member_id
             LIMIT %(size)s::int) AS found
     ORDER BY found.rank, found.member_id
     LIMIT %(size)s::int
), seen AS (
    SELECT page.member_id FROM page
), trace AS (
    /*include audit/add_trace*/
)
SELECT %(city_id)s::int AS city_id, entry.member_id, city.code AS city_code, entry.rank, substr('ABCDE', (entry.rank >> 40)::int + 1, 1) AS grade,
       entry.sex, entry.birth_year, entry.height_cm, entry.education, entry.income_band, entry.marital, entry.district,
       NOT /*include pools/not_waiting*/ AS waiting
  FROM page AS entry JOIN trace ON true JOIN org_city AS city ON city.id = %(city_id)s::int
 ORDER BY entry.rank, entry.member_id
