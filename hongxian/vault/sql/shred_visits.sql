-- Erasure: every visit of a member and of their number ends, and leaves nothing.
DELETE FROM vault_visit AS visit
 WHERE (visit.city_id = %(city_id)s::int AND visit.member_id = %(member_id)s::bigint)
    OR visit.number_hashes && %(number_hashes)s::bytea[]
