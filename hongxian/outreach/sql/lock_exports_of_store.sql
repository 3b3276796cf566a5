-- Takes a store's approved and made files until the transaction ends, in their order; so that two at once count each other.
SELECT export.id AS export_id FROM outreach_export AS export
 WHERE export.city_id = %(city_id)s::int AND export.store_id = %(store_id)s::bigint AND export.state IN ('approved', 'fetched')
   AND export.approved_at > %(since)s::timestamptz
 ORDER BY export.id
   FOR NO KEY UPDATE
