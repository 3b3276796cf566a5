-- Claims numbers for new members. The key decides between two who bring in one person; the order of the hashes keeps them from deadlock.
INSERT INTO members_number (number_hash, city_id, member_id)
SELECT each.number_hash, %(city_id)s::int, each.member_id
  FROM unnest(%(number_hashes)s::bytea[], %(member_ids)s::bigint[]) AS each (number_hash, member_id)
    ON CONFLICT (number_hash) DO NOTHING
RETURNING number_hash
