-- A store's dealing of a day that stands, held until the transaction ends; a second one who would undo it waits here.
SELECT dealt.run, dealt.at, dealt.members FROM pools_dealt AS dealt
 WHERE dealt.city_id = %(city_id)s::int AND dealt.store_id = %(store_id)s::bigint AND dealt.day = %(day)s::date AND dealt.undone_at IS NULL
   FOR UPDATE
