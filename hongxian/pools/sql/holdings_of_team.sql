-- Who holds whom in a team or store: resource number and how the holding stands, nothing else. One trace.
WITH held AS (
    SELECT holding.member_id, holding.staff_id, holding.how, holding.held_since, holding.held_until, holding.last_contact_at,
           staff.alias, coalesce(team.name, '') AS team_name, staff.employee_no
      FROM pools_holding AS holding
      JOIN org_staff AS staff ON staff.id = holding.staff_id
      LEFT JOIN org_team AS team ON team.id = staff.team_id
     WHERE holding.city_id = %(city_id)s::int AND staff.store_id = %(store_id)s::bigint
       AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
       AND (%(of_staff_id)s::bigint IS NULL OR staff.id = %(of_staff_id)s::bigint)
), seen AS (
    SELECT held.member_id FROM held
), trace AS (
    /*include audit/add_trace*/
)
SELECT %(city_id)s::int AS city_id, held.member_id, city.code AS city_code, held.staff_id, held.alias, held.team_name, member.grade, held.how,
       held.held_since, held.held_until, held.last_contact_at IS NOT NULL AS contacted
  FROM held JOIN trace ON true
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = held.member_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
 ORDER BY held.team_name, held.employee_no, held.held_until, held.member_id
