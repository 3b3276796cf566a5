-- Ends somebody's reading of the words under these numbers, or under any.
DELETE FROM vault_reader AS reader
 WHERE reader.city_id = %(city_id)s::int AND reader.staff_id = %(staff_id)s::bigint
   AND (%(subjects)s::bigint[] IS NULL OR reader.subject = ANY (%(subjects)s::bigint[]))
