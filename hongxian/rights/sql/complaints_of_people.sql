-- How many complaints of a span name somebody of a store by the alias that members know; counts only. An alias that two go by
-- counts against neither.
SELECT staff.id AS staff_id, count(*)::int AS complaints
  FROM rights_complaint AS complaint
  JOIN org_staff AS staff ON staff.store_id = complaint.store_id AND staff.alias = complaint.staff_alias
       AND NOT EXISTS (SELECT FROM org_staff AS other
                        WHERE other.store_id = staff.store_id AND other.alias = staff.alias AND other.id <> staff.id)
 WHERE complaint.city_id = %(city_id)s::int AND complaint.store_id = %(store_id)s::bigint AND complaint.staff_alias <> ''
   AND complaint.opened_at >= %(since)s::timestamptz AND complaint.opened_at < %(until)s::timestamptz
 GROUP BY staff.id
