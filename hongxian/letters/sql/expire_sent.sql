-- Retention: letters past their last day, at most so many at once.
DELETE FROM letters_sent AS sent
 WHERE sent.city_id = %(city_id)s::int AND sent.id = ANY (ARRAY(
       SELECT past.id FROM letters_sent AS past
        WHERE past.city_id = %(city_id)s::int AND past.kept_until < %(today)s::date
        LIMIT %(size)s::int))
