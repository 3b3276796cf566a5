"""What was set when (规则的历史): every change of the company's rules with before, after, who, why and from when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Statement
from hongxian.org import rule_kinds
from hongxian.org.rule_kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor

LISTED = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One number of a rule before and after; an empty one wasn't there."""

    label: Annotated[str | Promise, PLAIN]
    before: Annotated[str, PLAIN]
    after: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a rule: where, what, from when, who and why. `planned` ones haven't begun."""

    rule_id: Annotated[int, PLAIN]
    key: Annotated[str, PLAIN]
    label: Annotated[str | Promise, PLAIN]
    place_name: Annotated[str, PLAIN]
    place_name_en: Annotated[str, PLAIN]
    ends: Annotated[bool, PLAIN]  # the place has no rule of its own from then on
    differences: Annotated[tuple[Difference, ...], PLAIN]
    effective_from: Annotated[datetime, PLAIN]
    made_at: Annotated[datetime, PLAIN]
    who: Annotated[str, PLAIN]
    employee_no: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]
    planned: Annotated[bool, PLAIN]
    takes_back: Annotated[bool, PLAIN]  # it is the withdrawal of another one
    taken_back: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table, with names."""

    rule_id: int
    key: str
    city_id: int | None
    store_id: int | None
    place_name: str
    place_name_en: str
    value: str | None
    before: str | None
    effective_from: datetime
    made_at: datetime
    who: str
    employee_no: str
    why: str
    takes_back: bool
    taken_back: bool


_lines = Statement("org", "rule_lines", Line)


def line(rule_id: int) -> Line | None:
    """One change as the table has it."""
    return _lines.one(key=None, rule_id=rule_id, size=1)


def changes(*, by: Actor, now: datetime, key: str | None = None) -> list[Change]:
    """
    The changes of one rule or of all, the newest first.

    :raises NotAllowed: neither of operations nor an inspector.
    """
    by.require(Permission.ORG_OFFICE_READ)
    return [_change(found, now) for found in _lines.all(key=key, rule_id=None, size=LISTED) if found.key in KINDS]


def _change(line: Line, now: datetime) -> Change:
    kind = KINDS[line.key]
    before = None if line.before is None else json.loads(line.before)
    after = None if line.value is None else json.loads(line.value)
    return Change(
        rule_id=line.rule_id,
        key=line.key,
        label=kind.label,
        place_name=line.place_name,
        place_name_en=line.place_name_en,
        ends=line.value is None,
        differences=differences(kind, before or {}, after or {}),
        effective_from=line.effective_from,
        made_at=line.made_at,
        who=line.who,
        employee_no=line.employee_no,
        why=line.why,
        planned=line.effective_from > now and not (line.takes_back or line.taken_back),
        takes_back=line.takes_back,
        taken_back=line.taken_back,
    )


def differences(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs, number by number, in the order in which the rule has them."""
    if kind.key == rule_kinds.CALENDAR:
        names: list[tuple[str, Any]] = [(day, day) for day in sorted({*before, *after})]
    else:
        names = [(number.name, number.label) for number in kind.numbers]
        names += [("best_grade", gettext_lazy("最高等级"))] if kind.grade else []
    words = {"holiday": _("放假"), "workday": _("上班")}
    told = [
        Difference(label, *(str(words.get(each.get(name, ""), each.get(name, ""))) for each in (before, after)))
        for name, label in names
    ]
    return tuple(each for each in told if each.before != each.after)
