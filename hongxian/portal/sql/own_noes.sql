-- Whether and when this number said no, and lifted it.
SELECT suppression.reason, suppression.recorded_at, coalesce(store.name, '') AS store_name, coalesce(store.name_en, '') AS store_name_en,
       EXISTS (SELECT FROM portal_own_lifting AS lifting
                WHERE lifting.number_hash = suppression.number_hash AND lifting.lifted_at > suppression.recorded_at) AS lifted
  FROM portal_own_suppression AS suppression
  LEFT JOIN portal_store AS store ON store.id = suppression.store_id
 ORDER BY suppression.recorded_at DESC
