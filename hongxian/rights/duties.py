"""
The privacy office's calendar (合规日历): everything with a date, computed from the facts, so that nothing has to be remembered.

Nothing here says anything about a person: counts, stores and numbers of requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Command, Statement
from hongxian.rights.complaining import ESCALATES_AFTER_DAYS
from hongxian.rights.requesting import UnknownChoice

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

AHEAD = timedelta(days=400)
WEEK, MONTH = timedelta(days=7), timedelta(days=31)


class Own(models.TextChoices):
    """What the office itself has to do again and again, and writes down when it was done."""

    AUDIT = "audit", _("个人信息保护合规审计")
    DRILL = "drill", _("安全事件演练")
    CHECKPOINT = "checkpoint", _("把日志检查点抄送到公司之外")


class Machine(models.TextChoices):
    """What the programs do by themselves every night, and would be missed here."""

    RETENTION = "retention", _("到期资料清理")
    LOG_CHECK = "log_check", _("日志整体校验")


EVERY = {Own.AUDIT: 365, Own.DRILL: 365, Own.CHECKPOINT: 31, Machine.RETENTION: 1, Machine.LOG_CHECK: 1}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing with a date: what, how many, of which store or purpose, and where it is done."""

    kind: Annotated[str, PLAIN]
    due_on: Annotated[date, PLAIN]
    count: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    link: Annotated[str, PLAIN]

    def left(self, today: date) -> int:
        """Days left; below zero when it is late."""
        return (self.due_on - today).days


@dataclass(frozen=True, slots=True)
class Group:
    """Duties of one stretch: late, week, month or later."""

    code: Annotated[str, PLAIN]
    duties: Annotated[list[Duty], PLAIN]


@dataclass(frozen=True, slots=True)
class _Dated:
    kind: str
    due_on: date
    count: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class _Done:
    kind: str
    done_on: date


LINKS = {
    "agreement": "/desk/agreements/",
    "assessment": "/desk/catalogue/",
    "complaint": "/desk/complaints/",
    "incident": "/desk/incidents/",
    "log_check": "/desk/log/",
    "request": "/desk/requests/",
    "training": "/desk/company/",
}
_organisation = Statement("rights", "duties_of_company", _Dated)
_people = Statement("rights", "duties_to_people", _Dated)
_done = Statement("rights", "duties_done", _Done)
_add = Command("rights", "add_duty")


def calendar(*, by: Actor, now: datetime) -> list[Group]:
    """Everything that is late or comes up within thirteen months, in four stretches."""
    by.require(Permission.RIGHTS_DUTY_READ)
    today = day_of(now)
    facts = {"today": today, "until": today + AHEAD}
    found = [
        Duty(row.kind, row.due_on, row.count, *_names(row), LINKS[row.kind])
        for row in (*_organisation.all(**facts), *_people.all(**facts, days=ESCALATES_AFTER_DAYS))
    ]
    found += _own(today)
    found.sort(key=lambda each: (each.due_on, each.kind, each.name))
    spans = {
        "late": [each for each in found if each.due_on < today],
        "week": [each for each in found if today <= each.due_on <= today + WEEK],
        "month": [each for each in found if today + WEEK < each.due_on <= today + MONTH],
        "later": [each for each in found if each.due_on > today + MONTH],
    }
    return [Group(code, duties) for code, duties in spans.items()]


def _names(row: _Dated) -> tuple[str, str]:
    """What it is about, in both languages; a purpose has its names in the catalogue."""
    purpose = catalogue().purposes.get(row.name) if row.kind == "assessment" else None
    return (row.name, row.name_en) if purpose is None else (purpose.zh, purpose.en)


def done(*, by: Actor, kind: str, now: datetime) -> None:
    """
    Writes down that one of the office's own duties was done today; it comes up again when its time has passed.

    :raises UnknownChoice: no such duty.
    """
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    if kind not in Own.values:
        raise UnknownChoice
    _add.run(kind=kind, today=day_of(now), staff_id=by.staff_id, now=now)


def swept(*, by: Actor, now: datetime) -> None:
    """The worker has cleared what is past its time; once a day is enough to say so."""
    _add.run(kind=Machine.RETENTION.value, today=day_of(now), staff_id=by.staff_id, now=now)


def _own(today: date) -> list[Duty]:
    """What was never done is due today."""
    last = {row.kind: row.done_on for row in _done.all()}
    return [
        Duty(
            kind=kind.value,
            due_on=last[kind.value] + timedelta(days=days) if kind.value in last else today,
            count=1,
            name="",
            name_en="",
            link=LINKS.get(kind.value, ""),
        )
        for kind, days in EVERY.items()
    ]
