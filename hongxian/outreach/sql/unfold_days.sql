-- Takes back the sums of days whose counts are about to change; they are added up again at night.
DELETE FROM outreach_daysum AS sums WHERE sums.city_id = %(city_id)s::int AND sums.begins = ANY (%(begins)s::timestamptz[])
