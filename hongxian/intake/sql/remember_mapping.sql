-- Remembers a corrected mapping for the store's next workbook.
INSERT INTO intake_mapping (store_id, headings, staff_id, at)
VALUES (%(store_id)s::bigint, %(headings)s::jsonb, %(staff_id)s::bigint, %(now)s::timestamptz)
    ON CONFLICT (store_id) DO UPDATE SET headings = excluded.headings, staff_id = excluded.staff_id, at = excluded.at
 WHERE intake_mapping.headings IS DISTINCT FROM excluded.headings
