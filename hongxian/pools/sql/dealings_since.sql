-- A store's dealings since a day, the newest first, with what was undone; counts only.
SELECT dealt.day, dealt.run, dealt.at, dealt.members, coalesce(dealer.alias, '') AS by_alias, dealt.undone_at,
       coalesce(undoer.alias, '') AS undone_alias, dealt.undone_why, dealt.returned, dealt.stayed
  FROM pools_dealt AS dealt
  LEFT JOIN org_staff AS dealer ON dealer.id = dealt.by_staff_id
  LEFT JOIN org_staff AS undoer ON undoer.id = dealt.undone_by
 WHERE dealt.city_id = %(city_id)s::int AND dealt.store_id = %(store_id)s::bigint AND dealt.day >= %(since)s::date
 ORDER BY dealt.day DESC, dealt.run DESC
