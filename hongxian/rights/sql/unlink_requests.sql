-- Erasure: requests that a number made before it had a record keep nothing that leads to the number.
UPDATE rights_request AS request SET number_hash = %(instead)s::bytea
 WHERE request.city_id = 0 AND request.number_hash = ANY (%(number_hashes)s::bytea[])
