-- A page of the people of one city whom an incident touches, with its trace.
WITH shown AS (
    SELECT affected.city_id, affected.member_id, affected.fields, affected.reads, affected.first_at, affected.last_at
      FROM rights_affected AS affected
     WHERE affected.city_id = %(city_id)s::int AND affected.incident_id = %(incident_id)s::bigint 
       AND (%(after)s::bigint IS NULL OR affected.member_id > %(after)s::bigint)
     ORDER BY affected.member_id
     LIMIT %(most)s::int
), seen AS (
    SELECT shown.member_id FROM shown
), trace AS (
    /*include audit/add_trace*/
)
SELECT shown.city_id, shown.member_id, shown.fields, shown.reads, shown.first_at, shown.last_at FROM shown ORDER BY shown.member_id
