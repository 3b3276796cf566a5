INSERT INTO rights_event (city_id, thing, thing_id, at, who, staff_id, what, words_id)
    SELECT %(city_id)s::int, %(thing)s::text, moved.thing_id, %(now)s::timestamptz, %(who)s::text, %(staff_id)s::bigint, %(what)s::text,
           %(words_id)s::bigint
      FROM moved
