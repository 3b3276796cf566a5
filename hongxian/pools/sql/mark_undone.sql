-- Says that a dealing was undone: who, why, how many went back and how many stayed.
UPDATE pools_dealt AS dealt
   SET undone_at = %(now)s::timestamptz, undone_by = %(staff_id)s::bigint, undone_why = %(why)s::text, returned = %(returned)s::int,
       stayed = %(stayed)s::int
 WHERE dealt.city_id = %(city_id)s::int AND dealt.store_id = %(store_id)s::bigint AND dealt.day = %(day)s::date AND dealt.run = %(run)s::smallint
