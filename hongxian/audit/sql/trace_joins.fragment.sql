LEFT JOIN org_city AS city ON city.id = trace.city_id
  LEFT JOIN org_staff AS staff ON staff.id = trace.staff_id
  LEFT JOIN org_store AS store ON store.id = trace.store_id
