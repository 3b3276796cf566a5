-- Ends an agreement that runs or is to run: its last day was yesterday.
UPDATE org_agreement AS agreement
   SET expires_on = %(today)s::date - 1, signed_on = least(agreement.signed_on, %(today)s::date - 1)
 WHERE agreement.id = %(agreement_id)s::bigint AND agreement.expires_on >= %(today)s::date
RETURNING agreement.id AS agreement_id, agreement.store_id, agreement.signed_on, agreement.expires_on
