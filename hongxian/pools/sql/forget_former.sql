-- Waits before reclaiming that are over.
DELETE FROM pools_former AS former WHERE former.city_id = %(city_id)s::int AND former.until < %(now)s::timestamptz
