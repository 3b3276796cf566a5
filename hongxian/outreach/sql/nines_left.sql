-- Nines of a city whose refusal is not filed yet.
SELECT call.at, call.id FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.nine_at IS NOT NULL AND call.refused_at IS NULL
 ORDER BY call.at, call.id
 LIMIT 500
