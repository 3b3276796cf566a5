-- Removes the hints before the newest that looked at everything below it; an hour's grace for claims under way.
DELETE FROM pools_hint AS hint
 USING (SELECT newest.pool_id, newest.rank_floor, max(newest.id) AS id FROM pools_hint AS newest
         WHERE newest.city_id = %(city_id)s::int AND newest.how <> 'lowered' GROUP BY newest.pool_id, newest.rank_floor) AS kept
 WHERE hint.city_id = %(city_id)s::int AND hint.pool_id = kept.pool_id AND hint.rank_floor = kept.rank_floor
   AND hint.id < kept.id AND hint.at < %(now)s::timestamptz - interval '1 hour'
