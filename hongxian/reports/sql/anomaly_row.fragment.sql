SELECT anomaly.city_id, anomaly.id AS anomaly_id, anomaly.staff_id, coalesce(staff.alias, '') AS alias,
       coalesce(staff.employee_no, '') AS employee_no, coalesce(staff.role, '') AS role, coalesce(store.name, '') AS store_name,
       coalesce(store.name_en, '') AS store_name_en, coalesce(team.name, '') AS team_name, anomaly.day, anomaly.kind,
       anomaly.seen, anomaly.why::text AS why, anomaly.found_at,
       anomaly.noted_seen IS NULL OR anomaly.seen > anomaly.noted_seen + greatest(5, anomaly.noted_seen / 4) AS open,
       noted.at AS noted_at, coalesce(whose.alias, '') AS noted_by, coalesce(noted.result, '') AS result, coalesce(noted.note, '') AS note
  FROM reports_anomaly AS anomaly
  LEFT JOIN org_staff AS staff ON staff.id = anomaly.staff_id
  LEFT JOIN org_store AS store ON store.id = anomaly.store_id
  LEFT JOIN org_team AS team ON team.id = anomaly.team_id
  LEFT JOIN LATERAL (SELECT each.at, each.by_id, each.result, each.note FROM reports_acknowledgement AS each
                      WHERE each.city_id = anomaly.city_id AND each.anomaly_id = anomaly.id
                      ORDER BY each.id DESC LIMIT 1) AS noted ON true
  LEFT JOIN org_staff AS whose ON whose.id = noted.by_id
