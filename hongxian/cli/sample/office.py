"""What headquarters has changed in the demo: rules and places, some of it still to come, with before, after, who, why and from when."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hongxian.cli import company
from hongxian.cli.roles import OWNER
from hongxian.kernel.clock import day_of, start_of
from hongxian.org import rule_kinds

if TYPE_CHECKING:
    from datetime import datetime

_RULE = """
INSERT INTO org_rule (key, city_id, store_id, value, before, effective_from, made_at, made_by, why)
SELECT %(key)s, (SELECT id FROM org_city WHERE code = %(city)s), (SELECT id FROM org_store WHERE code = %(store)s), %(value)s::jsonb,
       %(before)s::jsonb, %(begins)s, %(made_at)s, staff.id, %(why)s
  FROM (SELECT min(id) AS id FROM org_staff WHERE role = 'operations') AS staff WHERE staff.id IS NOT NULL
"""
# A team that was called something else, and a store that will be: as an edit has all of a thing.
_RENAMED_TEAM = """
WITH edit AS (
    INSERT INTO org_edit (kind, thing_id, before, after, effective_from, made_at, made_by, why)
    SELECT 'team', team.id, jsonb_build_object('store_id', team.store_id, 'name', '新人组'),
           jsonb_build_object('store_id', team.store_id, 'name', team.name), %(then)s, %(then)s, staff.id, '新人都已满三个月'
      FROM org_team AS team JOIN org_store AS store ON store.id = team.store_id AND store.code = 'SH01'
     CROSS JOIN (SELECT min(id) AS id FROM org_staff WHERE role = 'operations') AS staff
     WHERE team.name = '四组' AND staff.id IS NOT NULL
    RETURNING id, made_by
)
INSERT INTO org_editdone (edit_id, at, how, by, why) SELECT id, %(then)s, 'applied', made_by, '' FROM edit
"""
_STORE_TO_COME = """
INSERT INTO org_edit (kind, thing_id, before, after, effective_from, made_at, made_by, why)
SELECT 'store', store.id, known.it, known.it || '{"name": "拱墅万象店", "name_en": "Gongshu Wanxiang"}', %(begins)s, %(made_at)s, staff.id, '搬到新址'
  FROM org_store AS store
 CROSS JOIN LATERAL (SELECT jsonb_build_object('city_id', store.city_id, 'code', store.code, 'name', store.name, 'name_en', store.name_en,
                                               'franchise', store.franchise, 'active', store.active) AS it) AS known
 CROSS JOIN (SELECT min(id) AS id FROM org_staff WHERE role = 'operations') AS staff
 WHERE store.code = 'HZ02' AND staff.id IS NOT NULL
"""


def write(now: datetime) -> None:
    """As the owner, in one transaction: the worker changes no rule."""
    with company.site().connect(OWNER) as owner, owner.transaction():
        for rule in _rules(now):
            owner.execute(_RULE, rule)
        owner.execute(_RENAMED_TEAM, {"then": now - timedelta(days=96, hours=5)})
        owner.execute(_STORE_TO_COME, {"made_at": now - timedelta(days=4), "begins": start_of(day_of(now) + timedelta(days=15))})


def _rules(now: datetime) -> list[dict[str, Any]]:
    """None of them loosens what members were told, or makes any of the demo's past wrong."""
    today = day_of(now)
    party = (today + timedelta(days=24)).isoformat()
    changes = (  # which, where, what differs, made so many days ago, in force in so many days (None: at once), why
        ("tier.review", "", "", {"calls": 40, "up": 60, "down": 35}, 64, None, "通话量比预想的少，门槛先放低，分数线提高"),
        ("contact.by_hand", "SH", "", {"a_day": 20, "store_an_hour": 100}, 26, None, "上海先少发一点，看退订会不会下来"),
        ("calendar", "", "", {party: "holiday"}, 5, None, "公司年会，全员放假一天"),
        ("contact.hours", "HZ", "", {"first": 10, "end": 20}, 3, 18, "杭州会员反映早上太早、晚上太晚"),
        ("tier.Z", "", "SH02", {"share": 3}, 1, 12, "徐汇店新人多，先少分几位"),
    )
    found = []
    for key, city, store, differs, days, ahead, why in changes:
        before = {} if key == rule_kinds.CALENDAR else rule_kinds.first_value(key)
        made_at = now - timedelta(days=days, hours=2)
        begins = made_at if ahead is None else start_of(today + timedelta(days=ahead))
        value = before | differs
        found.append(
            {"key": key, "city": city, "store": store, "value": json.dumps(value), "before": json.dumps(before)}
            | {"begins": begins, "made_at": made_at, "why": why}
        )
    return found
