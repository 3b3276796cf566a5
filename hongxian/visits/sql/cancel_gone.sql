-- Visits ahead of members who said no, are barred or were erased meanwhile: their time is free for others.
UPDATE visits_visit AS visit
   SET state = 'cancelled', cancelled_at = %(now)s::timestamptz, cancelled_by = 0, why = 'gone'
  FROM members_member AS member
 WHERE visit.city_id = %(city_id)s::int AND visit.state IN ('booked', 'confirmed') AND visit.begins > %(now)s::timestamptz
   AND member.city_id = %(city_id)s::int AND member.id = visit.member_id
   AND (member.suppressed_at IS NOT NULL OR member.state <> 'live')
