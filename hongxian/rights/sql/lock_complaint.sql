-- One complaint, held until the transaction ends, so that it is closed once.
SELECT complaint.id AS complaint_id, complaint.member_id, complaint.number_hash, complaint.store_id,
       complaint.closed_at IS NULL OR complaint.reopened_at > complaint.closed_at AS open
  FROM rights_complaint AS complaint
 WHERE complaint.city_id = %(city_id)s::int AND complaint.id = %(thing_id)s::bigint
   FOR NO KEY UPDATE
