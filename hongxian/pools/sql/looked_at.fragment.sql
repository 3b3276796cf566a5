-- A pool's entries of one sex after a place, in rank order, out of the wide index alone.
SELECT entry.member_id, entry.rank, entry.sex, entry.birth_year, entry.height_cm, entry.education, entry.income_band,
                   entry.marital, entry.district FROM pools_entry AS entry
             WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = (SELECT pool.id FROM pool) AND entry.sex = each.sex
               AND (entry.rank, entry.member_id) > (%(after_rank)s::bigint, %(after_member_id)s::bigint)
               AND entry.rank BETWEEN %(best_rank)s::bigint AND %(worst_rank)s::bigint
             ORDER BY entry.rank, entry.member_id
