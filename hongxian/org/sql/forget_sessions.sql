-- Sessions that are long over are kept a month.
DELETE FROM org_session WHERE until < %(before)s::timestamptz
