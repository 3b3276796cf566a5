-- The complaints about one store in one city's books, the open ones first.
SELECT complaint.city_id, complaint.id AS complaint_id, coalesce(city.code, '') AS city_code, complaint.about, complaint.store_id, coalesce(store.name, '') AS store_name, coalesce(store.name_en, '') AS store_name_en,
       complaint.staff_alias, complaint.opened_at, complaint.reopened_at,
       complaint.closed_at IS NULL OR complaint.reopened_at > complaint.closed_at AS open, complaint.closed_at,
       complaint.escalated_at IS NOT NULL AND (complaint.reopened_at IS NULL OR complaint.escalated_at > complaint.reopened_at) AS escalated
  FROM rights_complaint AS complaint
  LEFT JOIN org_city AS city ON city.id = complaint.city_id
  LEFT JOIN org_store AS store ON store.id = complaint.store_id
 WHERE complaint.city_id = %(city_id)s::int AND complaint.store_id = %(store_id)s::bigint
 ORDER BY (complaint.closed_at IS NULL OR complaint.reopened_at > complaint.closed_at) DESC, coalesce(complaint.reopened_at, complaint.opened_at)
 LIMIT %(most)s::int
