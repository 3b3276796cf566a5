unnest(%(tiers)s::text[], %(best_grades)s::text[], %(store_caps)s::smallint[], %(city_caps)s::smallint[],
            %(shares)s::smallint[], %(holding_caps)s::smallint[])
       AS rule (tier, best_grade, store_cap, city_cap, share, holding_cap)
