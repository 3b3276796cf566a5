-- One of the office's own duties was done.
INSERT INTO rights_duty (kind, done_on, staff_id, at)
VALUES (%(kind)s::text, %(today)s::date, %(staff_id)s::bigint, %(now)s::timestamptz)
