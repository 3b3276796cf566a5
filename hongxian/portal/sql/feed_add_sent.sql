-- What members wrote, sealed already.
INSERT INTO portal_feed_sent (city_id, member_id, other_ref, at, kek_id, wrapped, sealed, kept_until)
SELECT new.city_id, new.member_id, new.other_ref, new.at, new.kek_id, new.wrapped, new.sealed, %(kept_until)s::date
  FROM unnest(%(city_ids)s::int[], %(member_ids)s::bigint[], %(refs)s::bytea[], %(times)s::timestamptz[], %(kek_ids)s::smallint[],
              %(wrapped)s::bytea[], %(sealed)s::bytea[])
       AS new (city_id, member_id, other_ref, at, kek_id, wrapped, sealed)
