-- How many were dealt.
UPDATE pools_dealt AS dealt SET members = %(members)s::int
 WHERE dealt.city_id = %(city_id)s::int AND dealt.store_id = %(store_id)s::bigint AND dealt.day = %(day)s::date AND dealt.run = %(run)s::smallint
