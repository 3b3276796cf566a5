SELECT message.city_id, message.id AS message_id, message.at, message.member_id, city.code AS city_code, template.name AS template,
       template.kind, version.body, message.variables::text AS variables, message.how, message.state, message.reason,
       coalesce(message.parts, 0)::int AS parts, message.handed_at, message.ended_at, message.staff_id,
       coalesce(staff.alias, '') AS alias, coalesce(store.name, '') AS store_name
  FROM outreach_message AS message
  JOIN org_city AS city ON city.id = %(city_id)s::int
  JOIN outreach_version AS version ON version.id = message.version_id
  JOIN outreach_template AS template ON template.id = version.template_id
  LEFT JOIN org_staff AS staff ON staff.id = message.staff_id
  LEFT JOIN org_store AS store ON store.id = message.store_id
 WHERE message.city_id = %(city_id)s::int
