-- Uses up permits, and tells whose number each is for. Nothing comes back for one that is used, late or foreign; for who said no, is
-- not live or took a consent back; for a sender who has gone or whose store has no agreement; and where neither a living ground nor a
-- campaign that is being sent ties the sender to the member. Each permit and member is looked up by its key, whatever the planner knows.
WITH asked AS MATERIALIZED (
    SELECT each.*
      FROM unnest(%(permit_ids)s::bigint[], %(staff_ids)s::bigint[], %(purposes)s::text[], %(notice_hashes)s::text[])
             AS each (permit_id, staff_id, purpose, notice_hash)
), number AS MATERIALIZED (
    SELECT unnest(member.number_hashes) AS hash
      FROM vault_permit AS permit
      JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = permit.member_id
     WHERE permit.city_id = %(city_id)s::int AND permit.id = ANY (%(permit_ids)s::bigint[])
), /*include consent/noes*/, fit AS MATERIALIZED (
    SELECT permit.id
      FROM asked
      JOIN org_staff AS staff ON staff.id = asked.staff_id
     CROSS JOIN LATERAL (SELECT one.id, one.member_id, one.campaign_id
                           FROM vault_permit AS one
                          WHERE one.city_id = %(city_id)s::int AND one.id = asked.permit_id AND one.staff_id = asked.staff_id
                            AND one.purpose = asked.purpose AND one.channel = %(channel)s::text
                         OFFSET 0) AS permit
     CROSS JOIN LATERAL (SELECT one.id, one.number_hashes
                           FROM members_member AS one
                          WHERE one.city_id = %(city_id)s::int AND one.id = permit.member_id
                            AND one.state = 'live' AND one.suppressed_at IS NULL
                         OFFSET 0) AS member
     WHERE NOT /*include consent/said_no*/
       AND EXISTS (SELECT FROM consent_receipt AS receipt
                    WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id
                      AND receipt.purpose = asked.purpose AND receipt.notice_hash = asked.notice_hash
                      AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
                      AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                                       WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                         AND withdrawal.purpose = receipt.purpose
                                         AND withdrawal.recorded_at >= receipt.recorded_at)
                   OFFSET 0)
       AND staff.active
       AND (staff.store_id IS NULL
            OR EXISTS (SELECT FROM org_agreement AS agreement
                        WHERE agreement.store_id = staff.store_id
                          AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on))
       AND (permit.campaign_id IS NULL
            OR EXISTS (SELECT FROM outreach_campaign AS campaign
                        WHERE campaign.city_id = %(city_id)s::int AND campaign.id = permit.campaign_id AND campaign.state = 'sending'))
       AND CASE WHEN EXISTS (SELECT FROM outreach_campaign AS campaign
                              WHERE campaign.city_id = %(city_id)s::int AND campaign.id = permit.campaign_id
                                AND campaign.audience = 'unheld')
                THEN NOT EXISTS (SELECT FROM vault_ground AS ground
                                  WHERE ground.city_id = %(city_id)s::int AND ground.member_id = member.id
                                    AND ground.kind IN ('claim', 'contract') AND ground.until > %(now)s::timestamptz)
                ELSE EXISTS (SELECT FROM vault_ground AS ground
                              WHERE ground.city_id = %(city_id)s::int AND ground.member_id = member.id AND ground.staff_id = asked.staff_id
                                AND ground.kind IN ('claim', 'contract') AND ground.until > %(now)s::timestamptz) END
)
UPDATE vault_permit AS permit SET used_at = %(now)s::timestamptz
 WHERE permit.city_id = %(city_id)s::int AND permit.id = ANY (ARRAY(SELECT fit.id FROM fit))
   AND permit.used_at IS NULL AND permit.latest_at > %(now)s::timestamptz
   AND permit.issued_at <= %(now)s::timestamptz + interval '1 minute'
RETURNING permit.id, permit.member_id
