-- The file has been made, once.
UPDATE outreach_export AS export SET state = 'fetched', fetched_at = %(now)s::timestamptz, rows = %(rows)s::int
 WHERE export.city_id = %(city_id)s::int AND export.id = %(export_id)s::bigint AND export.state = 'approved'
