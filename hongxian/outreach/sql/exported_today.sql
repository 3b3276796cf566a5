-- How many files and rows left a store on a day.
SELECT count(*) AS files, coalesce(sum(export.rows), 0) AS rows
  FROM outreach_export AS export
 WHERE export.city_id = %(city_id)s::int AND export.store_id = %(store_id)s::bigint AND export.fetched_at >= %(since)s::timestamptz
