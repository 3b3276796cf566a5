-- Takes away counted days of staff that nothing is compared with any more.
DELETE FROM reports_watched AS watched WHERE watched.city_id = %(city_id)s::int AND watched.day < %(before)s::date
