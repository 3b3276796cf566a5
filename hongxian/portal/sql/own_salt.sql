-- What shows that the sealed lines are about the visitor.
SELECT person.city_id, person.member_id, person.salt FROM portal_own_salt AS person
