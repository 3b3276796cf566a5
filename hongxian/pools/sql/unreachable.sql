-- Pool entries of members who may not be contacted any more, their rows locked.
SELECT member.id AS member_id
  FROM pools_entry AS entry JOIN members_member AS member ON member.city_id = entry.city_id AND member.id = entry.member_id
 WHERE entry.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND entry.member_id > %(after)s::bigint
   AND (member.state <> 'live' OR member.suppressed_at IS NOT NULL OR member.contact_until IS NULL
        OR member.contact_until < %(today)s::date)
 ORDER BY member.id
 LIMIT %(size)s::int
   FOR NO KEY UPDATE OF member SKIP LOCKED
