-- A partner, held until the transaction ends.
SELECT partner.id AS partner_id, partner.city_id, partner.ended_at FROM partners_partner AS partner
 WHERE partner.id = %(partner_id)s::bigint
   FOR UPDATE
