-- Retention: permits for one purpose that are past their time.
DELETE FROM vault_permit AS permit
 WHERE permit.city_id = %(city_id)s::int AND permit.purpose = %(purpose)s::text AND permit.issued_at < %(before)s::timestamptz
