-- Where the visitor's record came from.
SELECT member.source, member.registered_on, member.created_at, member.state, store.name AS store_name, store.name_en AS store_name_en,
       city.name AS city_name, city.name_en AS city_name_en, city.code AS city_code, member.id AS member_id
  FROM portal_own_member AS member
  JOIN portal_store AS store ON store.id = member.store_id
  JOIN portal_city AS city ON city.id = store.city_id
