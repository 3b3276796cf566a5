-- One report of a case. Who made it goes in and comes out nowhere.
INSERT INTO safety_report (city_id, case_id, about, member_id, staff_id, kind, at, subject, reporter_kind, reporter_id)
VALUES (%(city_id)s::int, %(case_id)s::bigint, %(about)s::text, %(member_id)s::bigint, %(staff_id)s::bigint, %(kind)s::text,
        %(hour)s::timestamptz, %(subject)s::bigint, %(reporter_kind)s::text, %(reporter_id)s::bigint)
