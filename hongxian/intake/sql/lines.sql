-- A page of a run's lines, by keyset; the members on it are one trace.
WITH page AS (
    SELECT line.row_no, line.label, line.result, line.reason, line.merged_into, line.member_id,
           CASE WHEN line.result <> 'refused' THEN line.consent END AS consent,
           CASE WHEN line.reason NOT IN ('phone', 'landline') THEN line.suppressed END AS suppressed, line.warnings
      FROM intake_line AS line
     WHERE line.city_id = %(city_id)s::int AND line.run_id = %(run_id)s::bigint AND line.row_no > %(after)s::int
       AND (%(result)s::text = '' OR line.result = %(result)s::text)
       AND (%(reason)s::text = '' OR line.reason = %(reason)s::text)
     ORDER BY line.row_no
     LIMIT %(most)s::int
), seen AS (
    SELECT DISTINCT page.member_id FROM page WHERE page.member_id IS NOT NULL
), trace AS (
    /*include audit/add_trace*/
)
SELECT page.row_no, page.label, page.result, page.reason, page.merged_into, page.member_id, page.consent, page.suppressed, page.warnings
  FROM page
 ORDER BY page.row_no
