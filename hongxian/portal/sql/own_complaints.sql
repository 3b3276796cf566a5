-- The visitor's complaints, the newest first.
SELECT complaint.city_id, complaint.id AS number, complaint.about, complaint.store_id, coalesce(store.name, '') AS store_name,
       coalesce(store.name_en, '') AS store_name_en, complaint.staff_alias, complaint.opened_at, complaint.reopened_at, complaint.closed_at,
       complaint.escalated_at IS NOT NULL AND (complaint.reopened_at IS NULL OR complaint.escalated_at > complaint.reopened_at) AS escalated
  FROM portal_own_complaint AS complaint
  LEFT JOIN portal_store AS store ON store.id = complaint.store_id
 ORDER BY complaint.opened_at DESC, complaint.id DESC
 LIMIT 200
