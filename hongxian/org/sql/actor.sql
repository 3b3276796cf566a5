-- Who an account is today: the staff record, whether the training is passed and still valid, whether the store's agreement runs.
-- Headquarters has no store and needs no agreement. Asked with a session: until when it may go on; null once it was ended.
-- Every request asks this, so it also says which rules there are, as org/rules_version does.
SELECT staff.id AS staff_id, staff.role, staff.alias, coalesce(staff.city_id, 0) AS city_id, staff.store_id, staff.team_id,
       coalesce(store.name, '') AS store_name, staff.tier, staff.active AND coalesce(store.active, true) AS active, staff.session_epoch,
       session.until AS session_until, session.seen_at AS session_seen_at, coalesce(session.how, '') AS session_how,
       EXISTS (SELECT FROM org_training AS training
                WHERE training.staff_id = staff.id AND training.valid_until >= %(today)s::date) AS trained,
       staff.store_id IS NULL OR EXISTS (SELECT FROM org_agreement AS agreement
                WHERE agreement.store_id = staff.store_id
                  AND %(today)s::date BETWEEN agreement.signed_on AND agreement.expires_on) AS agreement_live,
       (SELECT count(*)::int FROM org_rule AS rule) AS rule_rows,
       (SELECT coalesce(max(rule.id), 0)::bigint FROM org_rule AS rule) AS newest_rule
  FROM org_staff AS staff
  LEFT JOIN org_store AS store ON store.id = staff.store_id
  LEFT JOIN org_session AS session ON session.id = %(session_id)s::bigint AND session.account_id = staff.account_id
        AND session.ended_at IS NULL
 WHERE staff.account_id = %(account_id)s::bigint OR staff.id = %(staff_id)s::bigint
