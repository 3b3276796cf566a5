-- Visits that were over before; what comes of them in counts stays with nobody's number.
DELETE FROM visits_visit AS visit WHERE visit.city_id = %(city_id)s::int AND visit.ends < %(before)s::timestamptz
