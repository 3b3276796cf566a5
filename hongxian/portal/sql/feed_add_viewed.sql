-- Looks of members at others, of whom only buckets are kept.
INSERT INTO portal_feed_viewed (city_id, member_id, other_ref, at, birth_from, height_from, education, district, kept_until)
SELECT new.city_id, new.member_id, new.other_ref, new.at, new.birth_from, new.height_from, new.education, new.district, %(kept_until)s::date
  FROM unnest(%(city_ids)s::int[], %(member_ids)s::bigint[], %(refs)s::bytea[], %(times)s::timestamptz[], %(births)s::smallint[],
              %(heights)s::smallint[], %(educations)s::text[], %(districts)s::text[])
       AS new (city_id, member_id, other_ref, at, birth_from, height_from, education, district)
