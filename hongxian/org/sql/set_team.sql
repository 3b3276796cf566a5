-- Names a team anew.
UPDATE org_team AS team SET name = %(name)s::text WHERE team.id = %(thing_id)s::bigint RETURNING team.id AS thing_id
