-- Retention: looks past their last day, at most so many at once.
DELETE FROM letters_viewed AS viewed
 WHERE viewed.city_id = %(city_id)s::int AND viewed.id = ANY (ARRAY(
       SELECT past.id FROM letters_viewed AS past
        WHERE past.city_id = %(city_id)s::int AND past.kept_until < %(today)s::date
        LIMIT %(size)s::int))
