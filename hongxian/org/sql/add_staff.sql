-- Takes people on, all or none; who begins later isn't active yet.
INSERT INTO org_staff (account_id, employee_no, name, alias, role, city_id, store_id, team_id, tier, active, joined_on)
SELECT new.account_id, new.employee_no, new.name, new.alias, new.role, new.city_id, new.store_id, new.team_id, new.tier,
       new.joined_on <= %(today)s::date, new.joined_on
  FROM unnest(%(account_ids)s::bigint[], %(employee_nos)s::text[], %(names)s::text[], %(aliases)s::text[], %(roles)s::text[],
              %(city_ids)s::int[], %(store_ids)s::bigint[], %(team_ids)s::bigint[], %(tiers)s::text[], %(joined)s::date[])
       AS new (account_id, employee_no, name, alias, role, city_id, store_id, team_id, tier, joined_on)
RETURNING id AS staff_id, employee_no
