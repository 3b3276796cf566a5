-- The counted days of a city's staff over some weeks.
SELECT watched.staff_id, watched.day, watched.role, watched.store_id, watched.team_id, watched.viewed, watched.night, watched.denied,
       watched.texted
  FROM reports_watched AS watched
 WHERE watched.city_id = %(city_id)s::int AND watched.day >= %(since)s::date AND watched.day <= %(until)s::date
   AND (%(staff_id)s::bigint IS NULL OR watched.staff_id = %(staff_id)s::bigint)
 ORDER BY watched.staff_id, watched.day
