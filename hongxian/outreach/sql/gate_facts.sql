-- Everything that the gate looks at, for many asks of one city at once: a row for each ask, in their order.
WITH number AS MATERIALIZED (
    SELECT unnest(member.number_hashes) AS hash FROM members_member AS member
     WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
), /*include consent/noes*/, ask AS (
    SELECT asked.*
      FROM unnest(%(member_ids)s::bigint[], %(staff_ids)s::bigint[], %(channels)s::text[], %(purposes)s::text[],
                  %(notice_hashes)s::text[], %(version_ids)s::bigint[], %(campaign_ids)s::bigint[])
           WITH ORDINALITY AS asked (member_id, staff_id, channel, purpose, notice_hash, version_id, campaign_id, place)
), sender AS (
    SELECT each.staff_id, each.channel, staff.role, staff.active AND coalesce(store.active, true) AS active, staff.city_id, staff.store_id,
           EXISTS (SELECT FROM org_training AS training
                    WHERE training.staff_id = staff.id AND training.valid_until >= %(today)s::date) AS trained,
           staff.store_id IS NULL
           OR EXISTS (SELECT FROM org_agreement AS agreement
                       WHERE agreement.store_id = staff.store_id
                         AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on) AS agreement_live,
           EXISTS (SELECT FROM outreach_pause AS pause
                    WHERE pause.city_id = %(city_id)s::int AND pause.staff_id = staff.id AND pause.channel IN (each.channel, 'all')
                      AND pause.since <= %(now)s::timestamptz AND pause.ended_at IS NULL
                      AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz)) AS paused,
           (SELECT count(*) FROM vault_permit AS permit
             WHERE permit.city_id = %(city_id)s::int AND permit.staff_id = staff.id AND permit.how IN ('hand', 'library')
               AND permit.issued_at >= %(day)s::timestamptz
               AND (permit.used_at IS NOT NULL OR permit.latest_at > %(now)s::timestamptz)) AS by_hand
      FROM (SELECT DISTINCT ask.staff_id, ask.channel FROM ask) AS each
      JOIN org_staff AS staff ON staff.id = each.staff_id
      LEFT JOIN org_store AS store ON store.id = staff.store_id
), living AS (
    /*include consent/living_assessments*/
), version AS (
    SELECT version.id, version.state, template.kind
      FROM outreach_version AS version JOIN outreach_template AS template ON template.id = version.template_id
     WHERE version.id = ANY (%(version_ids)s::bigint[])
), campaign AS (
    SELECT campaign.id, campaign.state, campaign.audience, campaign.store_id, campaign.version_id
      FROM outreach_campaign AS campaign
     WHERE campaign.city_id = %(city_id)s::int AND campaign.id = ANY (%(campaign_ids)s::bigint[])
)
SELECT ask.member_id, member.id IS NOT NULL AS known, coalesce(member.state, '') AS state, member.suppressed_at IS NOT NULL AS marked,
       coalesce(/*include consent/said_no*/, false) AS said_no,
       coalesce(member.contacts, 0) AS contacts, coalesce(city.timezone, '') AS timezone,
       EXISTS (SELECT FROM pools_resting AS resting
                WHERE resting.city_id = %(city_id)s::int AND resting.member_id = member.id
                  AND resting.until > %(now)s::timestamptz) AS resting,
       coalesce(tie.mine, '{}') AS grounds, coalesce(tie.held, false) AS held, coalesce(tie.contract, false) AS contract,
       (SELECT receipt.id FROM consent_receipt AS receipt
         WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id
           AND receipt.purpose = ask.purpose AND receipt.notice_hash = ask.notice_hash
           AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
           AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                            WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                              AND withdrawal.purpose = receipt.purpose AND withdrawal.recorded_at >= receipt.recorded_at)
         ORDER BY receipt.valid_until DESC, receipt.id DESC
         LIMIT 1) AS receipt_id,
       coalesce(contact.calls, '{}') AS calls, coalesce(contact.callers, '{}') AS callers, coalesce(contact.texts, 0) AS texts,
       coalesce(contact.texts_lately, 0) AS texts_lately,
       living.purpose IS NOT NULL AS assessed, coalesce(living.fields, '{}') AS fields, coalesce(living.roles, '{}') AS roles,
       coalesce(sender.role, '') AS role, coalesce(sender.active, false) AS active, coalesce(sender.city_id, 0) AS staff_city_id,
       sender.store_id AS staff_store_id, coalesce(sender.trained, false) AS trained,
       coalesce(sender.agreement_live, false) AS agreement_live, coalesce(sender.paused, false) AS paused,
       coalesce(sender.by_hand, 0) AS by_hand, coalesce(version.state, '') AS version_state, coalesce(version.kind, '') AS version_kind,
       coalesce(campaign.state, '') AS campaign_state, coalesce(campaign.audience, '') AS campaign_audience,
       coalesce(campaign.version_id, 0) AS campaign_version_id,
       coalesce(campaign.store_id = sender.store_id
                AND (campaign.store_id = member.store_id
                     OR EXISTS (SELECT FROM pools_entry AS entry JOIN pools_pool AS pool ON pool.id = entry.pool_id
                                 WHERE entry.city_id = %(city_id)s::int AND entry.member_id = member.id AND pool.kind = 'city')),
                false) AS campaign_reaches
  FROM ask
  LEFT JOIN org_city AS city ON city.id = %(city_id)s::int
  LEFT JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = ask.member_id
  LEFT JOIN sender ON sender.staff_id = ask.staff_id AND sender.channel = ask.channel
  LEFT JOIN living ON living.purpose = ask.purpose
  LEFT JOIN version ON version.id = ask.version_id
  LEFT JOIN campaign ON campaign.id = ask.campaign_id
  LEFT JOIN LATERAL (
       SELECT array_agg(ground.kind) FILTER (WHERE ground.staff_id = ask.staff_id) AS mine,
              bool_or(ground.kind IN ('claim', 'contract')) AS held, bool_or(ground.kind = 'contract') AS contract
         FROM vault_ground AS ground
        WHERE ground.city_id = %(city_id)s::int AND ground.member_id = member.id AND ground.until > %(now)s::timestamptz) AS tie ON true
  LEFT JOIN LATERAL (
       SELECT array_agg(permit.issued_at ORDER BY permit.issued_at) FILTER (WHERE permit.channel = 'call') AS calls,
              array_agg(permit.staff_id ORDER BY permit.issued_at) FILTER (WHERE permit.channel = 'call') AS callers,
              count(*) FILTER (WHERE permit.channel = 'sms') AS texts,
              count(*) FILTER (WHERE permit.channel = 'sms' AND permit.issued_at > %(since)s::timestamptz) AS texts_lately
         FROM vault_permit AS permit
        WHERE permit.city_id = %(city_id)s::int AND permit.member_id = member.id
          AND (permit.used_at IS NOT NULL OR permit.latest_at > %(now)s::timestamptz)) AS contact ON true
 ORDER BY ask.place
