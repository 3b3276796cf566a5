-- A second person says no, with a reason.
UPDATE outreach_export AS export SET state = 'refused', refused_by = %(staff_id)s::bigint, refused_why = %(why)s::text
 WHERE export.city_id = %(city_id)s::int AND export.id = %(export_id)s::bigint AND export.state = 'asked'
