-- Erasure: complaints that a number made before it had a record keep nothing that leads to the number.
UPDATE rights_complaint AS complaint SET number_hash = %(instead)s::bytea
 WHERE complaint.city_id = 0 AND complaint.number_hash = ANY (%(number_hashes)s::bytea[])
