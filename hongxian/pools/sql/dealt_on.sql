-- The dealing of one store on one day that stands.
SELECT dealt.at, dealt.members FROM pools_dealt AS dealt
 WHERE dealt.city_id = %(city_id)s::int AND dealt.store_id = %(store_id)s::bigint AND dealt.day = %(day)s::date AND dealt.undone_at IS NULL
