-- What a store's books call their columns, once somebody corrected it.
SELECT mapping.headings::text AS headings FROM intake_mapping AS mapping WHERE mapping.store_id = %(store_id)s::bigint
