-- A second person agrees.
UPDATE outreach_export AS export SET state = 'approved', approved_by = %(staff_id)s::bigint, approved_at = %(now)s::timestamptz
 WHERE export.city_id = %(city_id)s::int AND export.id = %(export_id)s::bigint AND export.state = 'asked'
