-- Which of these records, by place in the list of the erased, are not erased: made at the same moment, so they are the same ones.
SELECT listed.place
  FROM unnest(%(city_ids)s::int[], %(member_ids)s::bigint[], %(created_ats)s::timestamptz[])
       WITH ORDINALITY AS listed (city_id, member_id, created_at, place)
  JOIN members_member AS member ON member.city_id = listed.city_id AND member.id = listed.member_id
 WHERE member.created_at = listed.created_at AND member.state <> 'erased'
 ORDER BY listed.place
