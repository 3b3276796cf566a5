-- Erasure: files that a member's rows came in; their names may tell.
UPDATE intake_run AS run SET file_name = ''
 WHERE run.city_id = %(city_id)s::int AND run.file_name <> '' AND run.id = ANY (ARRAY(
       SELECT line.run_id FROM intake_line AS line
        WHERE line.city_id = %(city_id)s::int AND line.member_id = %(member_id)s::bigint))
