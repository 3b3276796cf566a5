-- Every store with its data agreements, the one that runs longest first; a store without any has one line.
SELECT store.id AS store_id, store.code, store.name, store.name_en, store.franchise, store.active, agreement.id AS agreement_id,
       agreement.signed_on, agreement.expires_on
  FROM org_store AS store
  LEFT JOIN org_agreement AS agreement ON agreement.store_id = store.id
 ORDER BY store.code, agreement.expires_on DESC, agreement.id DESC
