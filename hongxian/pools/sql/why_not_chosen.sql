-- Why members that were asked for were not claimed: not in this pool now, let go by the own team lately, above the tier, or no room.
SELECT asked.member_id,
       CASE WHEN entry.member_id IS NULL THEN 'gone'
            WHEN NOT /*include pools/not_waiting*/ THEN 'waiting'
            WHEN entry.rank < (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40 THEN 'above_tier'
            ELSE 'no_room' END AS result
  FROM unnest(%(member_ids)s::bigint[]) AS asked(member_id)
  LEFT JOIN pools_entry AS entry ON entry.city_id = %(city_id)s::int AND entry.member_id = asked.member_id
       AND entry.pool_id = %(pool_id)s::bigint
  LEFT JOIN /*include org/tier_rules*/ ON rule.tier = %(tier)s::text
