"""The visitor's own grade (我的评级): the letter, what it was made from, and why, in words; the switch is the consent's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext as _

from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.sql import Statement
from hongxian.pools import grading
from hongxian.portal import own

if TYPE_CHECKING:
    from hongxian.portal.door import Visit


@dataclass(frozen=True, slots=True)
class _Row:
    letter: str
    score: int
    inputs: Any
    off: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four things that a grade is made from, and how many points it gave of how many."""

    name: Annotated[str, PLAIN]
    points: Annotated[int, Label("completeness")]
    most: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class OwnGrade:
    """A grade as its person sees it; no parts where they are not graded: switched off, not agreed to, or not made anew yet."""

    letter: Annotated[str, Label("grade")]
    score: Annotated[int, Label("grade")]
    off: Annotated[bool, Label("consent_state")]
    parts: Annotated[list[Part], PLAIN] = field(default_factory=list)


_grade = Statement("portal", "own_grade", _Row)


def own_grade(*, visit: Visit) -> OwnGrade | None:
    """None for a number that nobody knows. Include portal/consents/_grade.html with it as `grade`."""
    with own.visiting(visit.token):
        row = _grade.one()
    if row is None:
        return None
    inputs = json.loads(row.inputs) if isinstance(row.inputs, str) else row.inputs
    graded = bool(inputs.get("agreed")) and not row.off
    names = {"completeness": _("资料完整度"), "intent": _("意向"), "freshness": _("新近程度"), "history": _("联系历史")}
    parts = grading.most_of(inputs).items()
    return OwnGrade(
        letter=row.letter,
        score=row.score,
        off=row.off or inputs.get("agreed") is False,
        parts=[Part(names[code], int(inputs.get(code, 0)), most) for code, most in parts] if graded else [],
    )
