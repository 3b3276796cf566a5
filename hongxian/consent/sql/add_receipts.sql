-- Adds a yes for each purpose it covers, once per origin; not where the person took that purpose back on that day or later.
-- The INSERT stands within the WITH: behind one, Citus 14.0.1 mixes up its parameters and can end the whole server.
WITH taken_back AS MATERIALIZED (
    SELECT withdrawal.member_id, withdrawal.purpose, max((withdrawal.recorded_at AT TIME ZONE 'Asia/Shanghai')::date) AS day
      FROM consent_withdrawal AS withdrawal
     WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = ANY (%(member_ids)s::bigint[])
     GROUP BY withdrawal.member_id, withdrawal.purpose
), added AS (
    INSERT INTO consent_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)
    SELECT %(city_id)s::int, given.member_id, covered.purpose, given.given_on, given.given_on + %(valid_days)s::int, given.evidence,
           covered.notice_hash, given.origin, %(now)s::timestamptz
      FROM unnest(%(member_ids)s::bigint[], %(given_on)s::date[], %(evidence)s::text[], %(origins)s::text[])
             AS given (member_id, given_on, evidence, origin)
     CROSS JOIN unnest(%(purposes)s::text[], %(notice_hashes)s::text[]) AS covered (purpose, notice_hash)
     WHERE NOT EXISTS (SELECT FROM taken_back
                        WHERE taken_back.member_id = given.member_id AND taken_back.purpose = covered.purpose
                          AND taken_back.day >= given.given_on)
        ON CONFLICT (city_id, member_id, purpose, given_on, origin) DO NOTHING
 RETURNING member_id
)
SELECT added.member_id FROM added
