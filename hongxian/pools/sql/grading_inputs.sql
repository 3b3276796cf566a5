-- What grades are made from: how much of the profile is filled, intent, freshness, contact history, and whether they agreed.
SELECT member.id AS member_id, member.grade AS letter, member.grade_score AS score, member.grade_inputs::text AS inputs,
       (num_nonnulls(nullif(member.sex, ''), member.birth_year, member.height_cm, nullif(member.education, ''),
                     nullif(nullif(member.income_band, ''), 'unknown'), nullif(member.marital, ''), nullif(member.housing, ''),
                     nullif(member.car, ''), nullif(member.district, ''), nullif(member.occupation, ''))
        * 9 + CASE WHEN member.has_criteria THEN 10 ELSE 0 END)::int AS completeness,
       member.intends, coalesce(member.registered_on, (member.created_at AT TIME ZONE 'Asia/Shanghai')::date) AS fresh_on,
       member.contacts, member.intends AND member.contacts > 0 AS connected,
       NOT member.profiling_off AND EXISTS (
           SELECT FROM consent_receipt AS receipt
            WHERE receipt.city_id = %(city_id)s::int AND receipt.member_id = member.id AND receipt.purpose = 'pool.grading'
              AND receipt.notice_hash = %(notice_hash)s::text AND %(today)s::date BETWEEN receipt.given_on AND receipt.valid_until
              AND NOT EXISTS (SELECT FROM consent_withdrawal AS withdrawal
                               WHERE withdrawal.city_id = %(city_id)s::int AND withdrawal.member_id = receipt.member_id
                                 AND withdrawal.purpose = receipt.purpose
                                 AND withdrawal.recorded_at >= receipt.recorded_at)) AS agreed
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
