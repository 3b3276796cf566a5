-- What the record keeps of a person's consents: until when they may be called, and whether they switched grading off.
UPDATE members_member AS member SET contact_until = %(contact_until)s::date, profiling_off = %(profiling_off)s::boolean
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint AND member.state <> 'erased'
