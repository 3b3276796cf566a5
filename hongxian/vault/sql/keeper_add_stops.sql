-- Links that stop all contact, for the numbers of these members; one that is there already stays.
INSERT INTO vault_visit (token_hash, number_hashes, city_id, member_id, scope, opened_at, until)
SELECT link.token_hash, ARRAY(SELECT decode(each, 'hex') FROM unnest(string_to_array(link.number_hashes, ' ')) AS each),
       %(city_id)s::int, link.member_id, 'stop', %(now)s::timestamptz, %(until)s::timestamptz
  FROM (SELECT DISTINCT ON (one.token_hash) one.*
          FROM unnest(%(token_hashes)s::bytea[], %(number_hashes)s::text[], %(member_ids)s::bigint[])
                 AS one (token_hash, number_hashes, member_id)
         ORDER BY one.token_hash) AS link
ON CONFLICT (token_hash) DO NOTHING
RETURNING token_hash
