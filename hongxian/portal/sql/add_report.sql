-- The visitor reports a suspicion; its words are sealed already.
INSERT INTO portal_new_report (city_id, about, staff_id, kind, at, subject, reporter_kind, reporter_id, words, kek_id, wrapped)
VALUES (%(city_id)s::int, %(about)s::text, %(staff_id)s::bigint, %(kind)s::text, %(hour)s::timestamptz, %(subject)s::bigint, 'member',
        %(member_id)s::bigint, %(words)s::bytea, %(kek_id)s::smallint, %(wrapped)s::bytea)
RETURNING id AS report_id
