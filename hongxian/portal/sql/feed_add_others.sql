-- A place for everybody whom a member meets for the first time, after those they knew before.
INSERT INTO portal_feed_other (city_id, member_id, other_ref, place)
SELECT new.city_id, new.member_id, new.other_ref,
       coalesce((SELECT max(other.place) FROM portal_feed_other AS other
                  WHERE other.city_id = new.city_id AND other.member_id = new.member_id), 0)
       + row_number() OVER (PARTITION BY new.city_id, new.member_id ORDER BY new.n)
  FROM unnest(%(city_ids)s::int[], %(member_ids)s::bigint[], %(refs)s::bytea[]) WITH ORDINALITY AS new (city_id, member_id, other_ref, n)
 WHERE NOT EXISTS (SELECT FROM portal_feed_other AS known
                    WHERE known.city_id = new.city_id AND known.member_id = new.member_id AND known.other_ref = new.other_ref)
