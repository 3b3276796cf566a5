-- Everything the decision about one member needs, as of now.
SELECT member.id AS member_id, member.state, member.suppressed_at IS NOT NULL AS suppressed, member.store_id, member.number_hashes,
       member.contacts,
       ARRAY(SELECT ground.kind FROM vault_ground AS ground
              WHERE ground.city_id = %(city_id)s::int AND ground.member_id = member.id
                AND ground.staff_id = %(staff_id)s::bigint AND ground.until > %(now)s::timestamptz) AS grounds,
       ARRAY(SELECT receipt.purpose || ' ' || receipt.notice_hash FROM consent_receipt AS receipt
              WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id
                AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                 WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                   AND withdrawal.purpose = receipt.purpose
                                   AND withdrawal.recorded_at >= receipt.recorded_at)) AS receipts,
       ARRAY(SELECT living.purpose || covered.sign || each.name
               FROM (
        /*include consent/living_assessments*/
               ) AS living
              CROSS JOIN LATERAL (SELECT ' ' AS sign, living.fields AS names UNION ALL SELECT ' @', living.roles) AS covered
              CROSS JOIN LATERAL unnest(covered.names) AS each (name)) AS assessed
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
