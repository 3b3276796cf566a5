-- Every time that somebody looked into an anomaly, the newest first.
SELECT noted.at, staff.alias, noted.result, noted.note, noted.seen
  FROM reports_acknowledgement AS noted
  JOIN org_staff AS staff ON staff.id = noted.by_id
 WHERE noted.city_id = %(city_id)s::int AND noted.anomaly_id = %(anomaly_id)s::bigint
 ORDER BY noted.id DESC
