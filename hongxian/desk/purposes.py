"""Purposes, assessments and texts as the privacy office's pages show them, in the reader's language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongxian.consent import differing, wording
from hongxian.consent.purposes import Purpose, catalogue

if TYPE_CHECKING:
    from datetime import date, datetime

    from hongxian.consent.differing import Difference, NoticeRow
    from hongxian.consent.queries import AssessmentRow, Standing

# State of a purpose: its words, and the colour of its badge.
STATES = {
    "live": (gettext_lazy("启用"), "green"),
    "soon": (gettext_lazy("即将到期"), "yellow"),
    "exempt": (gettext_lazy("本人的权利，无须评估"), "blue"),
    "missing": (gettext_lazy("缺少影响评估，已暂停"), "red"),
    "expired": (gettext_lazy("影响评估已过期，已暂停"), "red"),
    "ended": (gettext_lazy("影响评估已撤回，已暂停"), "red"),
    "off": (gettext_lazy("未启用"), "secondary"),
}
STOPPED = frozenset({"missing", "expired", "ended"})
CHANGED = {
    "basis": gettext_lazy("依据"),
    "kept": gettext_lazy("保存多久"),
    "notice_zh": gettext_lazy("中文告知"),
    "notice_en": gettext_lazy("英文告知"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A field or role with its code and name; `on` where it is covered or ticked."""

    code: str
    name: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """One purpose and how it stands."""

    code: str
    name: str
    state: str
    words: str
    colour: str
    days_left: int
    fields: list[Named]
    roles: list[Named]
    grounds: str
    basis: str
    law: str
    kept: str
    receipt: bool
    notice_zh: str
    notice_en: str
    notice_hash: str
    uncovered: str
    text_changed: bool

    @property
    def stopped(self) -> bool:
        """Whether it is meant to be in use and nothing is served."""
        return self.state in STOPPED


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that is another now."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it was shown from one day on, and what is different today."""

    notice_hash: str
    first_at: datetime
    notice: str
    today: bool
    known: bool
    added: str
    removed: str
    changed: list[Changed]


@dataclass(frozen=True, slots=True)
class Signed:
    """An assessment as it was signed."""

    signed_by: str
    signed_at: datetime
    valid_until: date
    covers: str
    roles: str
    necessity: str
    risks: str
    measures: str
    ended_at: datetime | None
    ended_why: str
    newest: bool


def language() -> str:
    """The reader's."""
    return translation.get_language() or "zh-hans"


def view(purpose: Purpose, standing: Standing) -> View:
    """One purpose for a page."""
    tongue = language()
    words, colour = STATES[standing.state]
    uncovered = [wording.field(each, tongue) for each in standing.uncovered]
    uncovered += [wording.role(each, tongue) for each in standing.uncovered_roles]
    return View(
        code=purpose.name,
        name=wording.name_of(purpose, tongue),
        state=standing.state,
        words=_("还有 %s 天到期") % standing.days_left if standing.state == "soon" else str(words),
        colour=colour,
        days_left=standing.days_left,
        fields=[
            Named(each, wording.field(each, tongue), each not in standing.uncovered)
            for each in catalogue().fields
            if each in purpose.fields
        ],
        roles=[Named(each, wording.role(each, tongue), each not in standing.uncovered_roles) for each in sorted(purpose.roles)],
        grounds=wording.joined([wording.ground(each, tongue) for each in sorted(purpose.grounds)], tongue),
        basis=wording.basis(purpose.basis, tongue),
        law=wording.law(purpose.law, tongue),
        kept=wording.kept(purpose, tongue),
        receipt=purpose.receipt,
        notice_zh=purpose.notice_zh,
        notice_en=purpose.notice_en,
        notice_hash=purpose.notice_hash,
        uncovered=wording.joined(uncovered, tongue) if purpose.needs_assessment else "",
        text_changed=standing.text_changed,
    )


def versions(purpose: Purpose, texts: list[NoticeRow]) -> list[Version]:
    """Every text of a purpose, each against today's."""
    return [_version(row, differing.difference(purpose=purpose.name, old_hash=row.notice_hash, texts=texts)) for row in texts]


def _version(row: NoticeRow, found: Difference) -> Version:
    tongue = language()
    notice = json.loads(row.shown)["notice_zh" if wording.is_chinese(tongue) else "notice_en"]
    return Version(
        notice_hash=row.notice_hash,
        first_at=row.first_at,
        notice=notice,
        today=found.nothing,
        known=found.known,
        added=_listed(found.fields_added, found.roles_added),
        removed=_listed(found.fields_removed, found.roles_removed),
        changed=[Changed(str(CHANGED[each.what]), each.before, each.after) for each in found.changed],
    )


def _listed(fields: tuple[str, ...], roles: tuple[str, ...]) -> str:
    tongue = language()
    return wording.joined(
        [*(wording.field(each, tongue) for each in fields), *(wording.role(each, tongue) for each in roles)], tongue
    )


def signed(rows: list[AssessmentRow]) -> list[Signed]:
    """Assessments of one purpose, the newest first; a text that came in two languages is shown in the reader's."""
    tongue = language()
    return [
        Signed(
            signed_by=row.signed_by,
            signed_at=row.signed_at,
            valid_until=row.valid_until,
            covers=_listed(tuple(row.covers), ()),
            roles=_listed((), tuple(row.roles)),
            necessity=_in(row.necessity, tongue, founding=not row.signed_by),
            risks=_in(row.risks, tongue, founding=not row.signed_by),
            measures=_in(row.measures, tongue, founding=not row.signed_by),
            ended_at=row.ended_at,
            ended_why=row.ended_why,
            newest=place == 0,
        )
        for place, row in enumerate(rows)
    ]


def _in(text: str, tongue: str, *, founding: bool) -> str:
    chinese, _line, english = text.partition("\n")
    if not founding or not english:
        return text
    return chinese if wording.is_chinese(tongue) else english
