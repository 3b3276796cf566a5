"""The rules that the demo company keeps, as statements about all of it at once; `:today` is the company's day."""

from __future__ import annotations

# Each must find nothing.
INVARIANTS = {
    "somebody who may be contacted is in no place or in two": """
        SELECT member.id FROM members_member AS member
         WHERE (member.state = 'live' AND member.suppressed_at IS NULL AND coalesce(member.contact_until >= :today, false))::int
               <> (EXISTS (SELECT FROM pools_entry AS each WHERE (each.city_id, each.member_id) = (member.city_id, member.id)))::int
                + (EXISTS (SELECT FROM pools_holding AS each WHERE (each.city_id, each.member_id) = (member.city_id, member.id)))::int
                + (EXISTS (SELECT FROM pools_resting AS each WHERE (each.city_id, each.member_id) = (member.city_id, member.id)))::int
    """,
    "a hand counts other than its holdings": """
        SELECT coalesce(hand.staff_id, held.staff_id)
          FROM pools_hand AS hand
          FULL JOIN (SELECT city_id, staff_id, count(*) AS members FROM pools_holding GROUP BY 1, 2) AS held
               ON (held.city_id, held.staff_id) = (hand.city_id, hand.staff_id)
         WHERE hand.held IS DISTINCT FROM coalesce(held.members, 0)
    """,
    "a quota says other than the ledger of its day": """
        SELECT coalesce(quota.staff_id, spent.staff_id)
          FROM pools_quota AS quota
          FULL JOIN (SELECT city_id, staff_id, day, kind, sum(charged) AS used FROM pools_ledger GROUP BY 1, 2, 3, 4
                     HAVING sum(charged) > 0) AS spent
               ON (spent.city_id, spent.staff_id, spent.day, spent.kind) = (quota.city_id, quota.staff_id, quota.day, quota.kind)
         WHERE quota.used IS DISTINCT FROM coalesce(spent.used, 0)
    """,
    "a tally counts other than the calls": """
        WITH counted AS (
            SELECT call.city_id, call.staff_id, span, date_trunc(span, call.at, 'Asia/Shanghai') AS begins, call.store_id, call.team_id,
                   count(*) AS calls,
                   count(*) FILTER (WHERE outcome NOT IN ('no_answer', 'busy', 'invalid')) AS connects,
                   count(*) FILTER (WHERE outcome = 'no_answer') AS no_answers,
                   count(*) FILTER (WHERE outcome = 'interested') AS interested,
                   count(*) FILTER (WHERE outcome = 'visit') AS visits,
                   count(*) FILTER (WHERE outcome IN ('refused', 'married')) AS refusals
              FROM outreach_call AS call, (VALUES ('hour'), ('day')) AS spans (span)
             GROUP BY 1, 2, 3, 4, 5, 6
        )
        SELECT coalesce(tally.staff_id, counted.staff_id)
          FROM outreach_tally AS tally FULL JOIN counted
               ON (counted.city_id, counted.staff_id, counted.span, counted.begins, counted.store_id, counted.team_id)
                = (tally.city_id, tally.staff_id, tally.span, tally.begins, tally.store_id, tally.team_id)
         WHERE (tally.calls, tally.connects, tally.no_answers, tally.interested, tally.visits, tally.refusals)
               IS DISTINCT FROM
               (counted.calls, counted.connects, counted.no_answers, counted.interested, counted.visits, counted.refusals)
    """,
    "a contract in force without its ground, or a ground without its contract": """
        SELECT 1 FROM (SELECT * FROM vault_ground WHERE kind = 'contract') AS ground
          FULL JOIN (SELECT * FROM sales_contract WHERE state = 'signed') AS contract
                 ON (contract.city_id, contract.member_id, contract.staff_id) = (ground.city_id, ground.member_id, ground.staff_id)
         WHERE ground.member_id IS NULL OR contract.member_id IS NULL""",
    "a visit ahead of somebody who is not its consultant's": """
        SELECT 1 FROM visits_visit AS visit LEFT JOIN pools_holding AS holding USING (city_id, member_id, staff_id)
         WHERE visit.state IN ('booked', 'confirmed') AND holding.member_id IS NULL""",
    "a ground without its holding, or a holding without its ground": """
        SELECT 1 FROM (SELECT * FROM vault_ground WHERE kind NOT IN ('push', 'contract')) AS ground FULL JOIN pools_holding AS holding
               ON (holding.city_id, holding.member_id, holding.staff_id, holding.held_until)
                = (ground.city_id, ground.member_id, ground.staff_id, ground.until) AND ground.kind = 'claim'
         WHERE ground.member_id IS NULL OR holding.member_id IS NULL
    """,
    "something pushed to somebody who does not hold the member, or for longer than a month": """
        SELECT pushed.id FROM vault_pushed AS pushed
         WHERE pushed.until > pushed.pushed_at + interval '30 days'
            OR NOT EXISTS (SELECT FROM pools_holding AS holding WHERE (holding.city_id, holding.member_id, holding.staff_id)
                                                                    = (pushed.city_id, pushed.member_id, pushed.staff_id))
    """,
    "a suppressed member in a pool, a hand or a rest": """
        SELECT place.member_id
          FROM (SELECT city_id, member_id FROM pools_entry UNION ALL SELECT city_id, member_id FROM pools_holding
                UNION ALL SELECT city_id, member_id FROM pools_resting) AS place
          JOIN members_member AS member ON (member.city_id, member.id) = (place.city_id, place.member_id)
         WHERE member.suppressed_at IS NOT NULL
            OR EXISTS (SELECT FROM consent_suppression AS no WHERE no.number_hash = ANY (member.number_hashes))
    """,
    "a no without its mark, or a mark without its no": """
        SELECT member.id FROM members_member AS member
         WHERE (member.suppressed_at IS NOT NULL)
               <> EXISTS (SELECT FROM consent_suppression AS no WHERE no.number_hash = ANY (member.number_hashes))
    """,
    "a married member who is not suppressed": "SELECT id FROM members_member WHERE marital = 'married' AND suppressed_at IS NULL",
    "a refusal on the phone that nobody heeded": """
        SELECT call.member_id FROM outreach_call AS call
          JOIN members_member AS member ON (member.city_id, member.id) = (call.city_id, call.member_id)
         WHERE call.outcome IN ('refused', 'married') AND member.suppressed_at IS DISTINCT FROM call.at
    """,
    "contacts other than the calls": """
        SELECT member.id FROM members_member AS member
          LEFT JOIN (SELECT city_id, member_id, count(*) AS calls, max(at) AS last FROM outreach_call GROUP BY 1, 2) AS made
               ON (made.city_id, made.member_id) = (member.city_id, member.id)
         WHERE member.contacts <> coalesce(made.calls, 0) OR member.last_contact_at IS DISTINCT FROM made.last
    """,
    "a number that does not lead to its record": """
        SELECT member.id FROM members_member AS member
         WHERE cardinality(member.number_hashes) = 0
            OR (SELECT count(*) FROM members_number AS number
                 WHERE number.number_hash = ANY (member.number_hashes) AND (number.city_id, number.member_id) = (member.city_id, member.id))
               <> cardinality(member.number_hashes)
    """,
    "more than three calls within 30 days": """
        SELECT member_id FROM (SELECT member_id, at, lag(at, 3) OVER (PARTITION BY city_id, member_id ORDER BY at) AS third
                                 FROM outreach_call) AS each WHERE third > at - interval '30 days'
    """,
    "a call outside calling hours or in the future": """
        SELECT member_id FROM outreach_call
         WHERE extract(hour FROM at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN 9 AND 20 OR at > now()
    """,
    "a call without the permit used for it": """
        SELECT call.member_id FROM outreach_call AS call
          LEFT JOIN vault_permit AS permit ON (permit.city_id, permit.id) = (call.city_id, call.permit_id)
         WHERE permit.id IS NULL OR permit.used_at IS NULL OR (permit.member_id, permit.staff_id) <> (call.member_id, call.staff_id)
            OR permit.used_at > call.at OR permit.used_at NOT BETWEEN permit.issued_at AND permit.latest_at
    """,
    "a call by somebody who did not hold the member": """
        SELECT call.member_id FROM outreach_call AS call
         WHERE NOT EXISTS (SELECT FROM pools_ledger AS begun
                            WHERE (begun.city_id, begun.member_id, begun.staff_id) = (call.city_id, call.member_id, call.staff_id)
                              AND begun.move IN ('claimed', 'dealt', 'reassigned') AND begun.at < call.at
                              AND NOT EXISTS (SELECT FROM pools_ledger AS ended
                                               WHERE (ended.city_id, ended.member_id) = (begun.city_id, begun.member_id)
                                                 AND ended.at > begun.at AND ended.at < call.at))
    """,
    "a holding that the ledger does not end with": """
        SELECT coalesce(holding.member_id, last.member_id) FROM pools_holding AS holding
          FULL JOIN (SELECT * FROM (SELECT DISTINCT ON (city_id, member_id) * FROM pools_ledger ORDER BY city_id, member_id, at DESC) AS each
                      WHERE each.move IN ('claimed', 'dealt', 'reassigned')) AS last
               ON (last.city_id, last.member_id, last.staff_id, last.pool_id, last.move, last.at)
                = (holding.city_id, holding.member_id, holding.staff_id, holding.pool_id, holding.how, holding.held_since)
         WHERE holding.member_id IS NULL OR last.member_id IS NULL
    """,
    "a holding that has run out or lasts too long": """
        SELECT member_id FROM pools_holding WHERE held_until <= now() OR held_until > now() + interval '9 days'
    """,
    "a holding whose last outcome is not the last call's": """
        SELECT holding.member_id FROM pools_holding AS holding
          LEFT JOIN LATERAL (SELECT call.outcome, call.at FROM outreach_call AS call
                              WHERE (call.city_id, call.member_id, call.staff_id) = (holding.city_id, holding.member_id, holding.staff_id)
                                AND call.at >= holding.held_since
                              ORDER BY call.at DESC LIMIT 1) AS last ON true
         WHERE holding.last_outcome <> coalesce(last.outcome, '') OR holding.last_tried_at IS DISTINCT FROM last.at
            OR (holding.call_back_at IS NOT NULL) <> (holding.last_outcome IN ('call_back', 'visit')) OR cardinality(holding.silent_slots) > 2
    """,
    "a member held above the holder's tier, in another city, or of another store's pool": """
        SELECT holding.member_id FROM pools_holding AS holding
          JOIN org_staff AS staff ON staff.id = holding.staff_id
          JOIN (SELECT right(key, 1) AS tier, value ->> 'best_grade' AS best_grade FROM org_rule
                 WHERE key LIKE 'tier.%' AND made_by = 0) AS rule ON rule.tier = staff.tier
          JOIN pools_pool AS pool ON pool.id = holding.pool_id
         WHERE strpos('ABCDE', rule.best_grade) - 1 > holding.rank >> 40 OR staff.city_id <> holding.city_id
            OR pool.city_id <> holding.city_id OR pool.store_id <> staff.store_id
    """,
    "a holder without a training that is valid": """
        SELECT holding.member_id FROM pools_holding AS holding
         WHERE NOT EXISTS (SELECT FROM org_training AS training WHERE training.staff_id = holding.staff_id AND training.valid_until >= :today)
    """,
    "a holder who waits, or whose team mate waits": """
        SELECT holding.member_id FROM pools_holding AS holding
          JOIN org_staff AS staff ON staff.id = holding.staff_id
          JOIN pools_former AS former ON (former.city_id, former.member_id) = (holding.city_id, holding.member_id)
         WHERE former.until > now() AND (former.staff_id = staff.id OR former.team_id = staff.team_id)
    """,
    "an ended holding without its former holder": """
        SELECT ledger.member_id FROM pools_ledger AS ledger
         WHERE ledger.move IN ('released', 'recycled', 'rested', 'refused') AND ledger.at > now() - interval '30 days'
           AND NOT EXISTS (SELECT FROM pools_former AS former
                            WHERE (former.city_id, former.member_id, former.staff_id) = (ledger.city_id, ledger.member_id, ledger.staff_id))
    """,
    "a rest without three silences in different parts of days, or another reason": """
        SELECT resting.member_id FROM pools_resting AS resting
         WHERE resting.until <= now()
            OR (resting.reason = 'no_answer' AND 3 > (
                SELECT count(DISTINCT (call.at AT TIME ZONE 'Asia/Shanghai')::date) FROM outreach_call AS call
                 WHERE (call.city_id, call.member_id) = (resting.city_id, resting.member_id) AND call.outcome = 'no_answer'
                   AND call.at > resting.until - interval '60 days'))
            OR resting.reason NOT IN ('no_answer', 'invalid', 'fraud')
    """,
    "an entry that is not what its member is": """
        SELECT entry.member_id FROM pools_entry AS entry
          JOIN members_member AS member ON (member.city_id, member.id) = (entry.city_id, entry.member_id)
          JOIN pools_pool AS pool ON pool.id = entry.pool_id
         WHERE entry.rank >> 40 <> strpos('ABCDE', member.grade) - 1 OR entry.sex <> member.sex OR entry.district <> member.district
            OR entry.birth_year <> member.birth_year OR entry.height_cm <> coalesce(member.height_cm, 0)
            OR (entry.education = 0) <> (member.education = '') OR (entry.income_band = 0) <> (member.income_band = 'unknown')
            OR pool.city_id <> member.city_id OR pool.store_id <> member.store_id
    """,
    "a yes that the record does not know, or the other way round": """
        SELECT member.id FROM members_member AS member
          LEFT JOIN (SELECT receipt.city_id, receipt.member_id, max(receipt.valid_until) AS until FROM consent_receipt AS receipt
                      WHERE receipt.purpose = 'outreach.call'
                        AND NOT EXISTS (SELECT FROM consent_withdrawal AS back
                                         WHERE (back.city_id, back.member_id, back.purpose) = (receipt.city_id, receipt.member_id, receipt.purpose)
                                           AND back.recorded_at >= receipt.recorded_at)
                      GROUP BY 1, 2) AS yes ON (yes.city_id, yes.member_id) = (member.city_id, member.id)
         WHERE member.contact_until IS DISTINCT FROM yes.until
    """,
    "a call before the person said yes": """
        SELECT call.member_id FROM outreach_call AS call
         WHERE NOT EXISTS (SELECT FROM consent_receipt AS receipt
                            WHERE (receipt.city_id, receipt.member_id) = (call.city_id, call.member_id)
                              AND receipt.purpose = 'outreach.call' AND receipt.recorded_at < call.at)
    """,
    "a member without a sealed number, or a key without its envelope": """
        SELECT member.id FROM members_member AS member
         WHERE NOT EXISTS (SELECT FROM vault_envelope AS envelope
                             JOIN vault_datakey AS key ON (key.city_id, key.envelope_id) = (envelope.city_id, envelope.id)
                            WHERE (envelope.city_id, envelope.member_id) = (member.city_id, member.id) AND envelope.number IS NOT NULL)
    """,
    "a text of today, of the future, outside the hours, or older than two weeks": """
        SELECT id FROM outreach_message
         WHERE extract(hour FROM at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN 9 AND 20
            OR (at AT TIME ZONE 'Asia/Shanghai')::date NOT BETWEEN :today - 14 AND :today - 1
            OR ended_at IS NULL OR ended_at > now() OR handing_at < at OR ended_at < handing_at
    """,
    "more than two texts to a member, or more than thirty by hand a day": """
        SELECT 1 FROM outreach_message GROUP BY city_id, member_id HAVING count(*) > 2
         UNION ALL
        SELECT 1 FROM outreach_message WHERE how IN ('hand', 'library')
         GROUP BY city_id, staff_id, (at AT TIME ZONE 'Asia/Shanghai')::date HAVING count(*) > 30
    """,
    "a text that left without the permit used for it, or a permit without its text": """
        SELECT 1 FROM (SELECT * FROM outreach_message WHERE handing_at IS NOT NULL) AS text
          FULL JOIN (SELECT * FROM vault_permit WHERE channel = 'sms') AS permit
               ON (permit.city_id, permit.id, permit.message_id) = (text.city_id, text.permit_id, text.id)
         WHERE text.id IS NULL OR permit.id IS NULL OR permit.used_at IS NULL OR permit.used_at NOT BETWEEN permit.issued_at AND permit.latest_at
            OR (permit.member_id, permit.staff_id, permit.version_id, permit.how, permit.purpose)
               <> (text.member_id, text.staff_id, text.version_id, text.how, text.purpose)
            OR NOT EXISTS (SELECT FROM consent_receipt AS receipt
                            WHERE (receipt.city_id, receipt.id, receipt.member_id, receipt.purpose)
                                = (permit.city_id, permit.receipt_id, permit.member_id, permit.purpose) AND receipt.recorded_at < permit.used_at)
    """,
    "a text by somebody who did not hold the member": """
        SELECT text.id FROM outreach_message AS text
         WHERE NOT EXISTS (SELECT FROM pools_ledger AS begun
                            WHERE (begun.city_id, begun.member_id, begun.staff_id) = (text.city_id, text.member_id, text.staff_id)
                              AND begun.move IN ('claimed', 'dealt', 'reassigned') AND begun.at < text.at
                              AND NOT EXISTS (SELECT FROM pools_ledger AS ended
                                               WHERE (ended.city_id, ended.member_id) = (begun.city_id, begun.member_id)
                                                 AND ended.at > begun.at AND ended.at < text.at))
    """,
    "a text by a wording that is no service template in use, or not for that": """
        SELECT text.id FROM outreach_message AS text
          JOIN outreach_version AS version ON version.id = text.version_id JOIN outreach_template AS template ON template.id = version.template_id
         WHERE version.state <> 'approved' OR template.kind <> 'service'
            OR NOT template.uses && CASE text.how WHEN 'automatic' THEN ARRAY['reminder', 'follow_up'] ELSE ARRAY[text.how] END
    """,
    "somebody too young or too old, or of no city": """
        SELECT id FROM members_member WHERE extract(year FROM now()) - birth_year NOT BETWEEN 19 AND 67 OR home_city = '' OR origin = ''
    """,
    "a store's share that was dealt otherwise": """
        SELECT dealt.store_id FROM pools_dealt AS dealt
         WHERE dealt.members <> (SELECT count(*) FROM pools_ledger AS ledger JOIN pools_pool AS pool ON pool.id = ledger.pool_id
                                  WHERE ledger.move = 'dealt' AND ledger.day = dealt.day AND pool.store_id = dealt.store_id)
    """,
}
