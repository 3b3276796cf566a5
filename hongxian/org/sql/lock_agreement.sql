-- An agreement, held until the transaction ends.
SELECT agreement.id AS agreement_id, agreement.store_id, agreement.signed_on, agreement.expires_on
  FROM org_agreement AS agreement
 WHERE agreement.id = %(agreement_id)s::bigint
   FOR NO KEY UPDATE
