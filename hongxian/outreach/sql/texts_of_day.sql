-- What one person sent on one day, the newest first; the members on it are one trace.
WITH page AS (
    SELECT message.* FROM outreach_message AS message
     WHERE message.city_id = %(city_id)s::int AND message.staff_id = %(staff_id)s::bigint
       AND message.at >= %(begins)s::timestamptz AND message.at < %(ends)s::timestamptz
     ORDER BY message.at DESC, message.id DESC
     LIMIT %(most)s::int
), seen AS (
    SELECT DISTINCT page.member_id FROM page
), trace AS (
    /*include audit/add_trace*/
)
SELECT page.city_id, page.id AS message_id, page.at, page.member_id, city.code AS city_code, template.name AS template,
       template.kind, version.body, page.variables::text AS variables, page.how, page.state, page.reason,
       coalesce(page.parts, 0)::int AS parts, page.handed_at, page.ended_at, page.staff_id,
       coalesce(staff.alias, '') AS alias, coalesce(store.name, '') AS store_name
  FROM page
  JOIN trace ON true
  JOIN org_city AS city ON city.id = %(city_id)s::int
  JOIN outreach_version AS version ON version.id = page.version_id
  JOIN outreach_template AS template ON template.id = version.template_id
  LEFT JOIN org_staff AS staff ON staff.id = page.staff_id
  LEFT JOIN org_store AS store ON store.id = page.store_id
 ORDER BY page.at DESC, page.id DESC
