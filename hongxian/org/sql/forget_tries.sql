-- Failed sign-ins are kept a week.
DELETE FROM org_signintry WHERE at < %(before)s::timestamptz
