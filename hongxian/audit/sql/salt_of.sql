-- What ties a member to the leaves; nothing once erased.
SELECT person.salt FROM audit_person AS person WHERE person.city_id = %(city_id)s::int AND person.member_id = %(member_id)s::bigint
