"""
Grading (评级): A to E from completeness, stated intent, freshness and contact history, and from nothing else.

Nothing that was browsed, written to others or is sensitive goes in. Who switches it off, or never agreed, is graded C.
The inputs are kept with the grade, so that staff and the member can be told why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hongxian.consent import assessing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command, Statement
from hongxian.members import grades
from hongxian.pools import hinting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

AT_ONCE = 2_000
# (lowest score, letter)
STEPS = ((75, "A"), (60, "B"), (40, "C"), (25, "D"), (0, "E"))
FRESH = ((30, 25), (180, 18), (365, 10), (730, 5))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a grade is made from. `completeness` is the share of the profile's coarse fields that are filled, 0 to 100."""

    completeness: int
    intends: bool
    fresh_on: date | None
    contacts: int
    connected: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """A letter, its score of 100, and what it was made from."""

    letter: str
    score: int
    inputs: dict[str, Any]


def grade(inputs: Inputs, *, agreed: bool, today: date) -> Grade:
    """The grade of one member; C where they have not agreed to be graded or switched it off."""
    if not agreed:
        return Grade(letter="C", score=0, inputs={"agreed": False})
    age = None if inputs.fresh_on is None else (today - inputs.fresh_on).days
    parts = {
        "completeness": inputs.completeness * 40 // 100,
        "intent": 25 if inputs.intends else 5,
        "freshness": next((points for days, points in FRESH if age is not None and age <= days), 0),
        "history": _history(inputs),
    }
    score = sum(parts.values())
    letter = next(letter for lowest, letter in STEPS if score >= lowest)
    return Grade(letter=letter, score=score, inputs={"agreed": True, **parts})


def _history(inputs: Inputs) -> int:
    if inputs.connected:
        return 10
    return max(0, 10 - 3 * inputs.contacts)


@dataclass(frozen=True, slots=True)
class _Member:
    member_id: int


@dataclass(frozen=True, slots=True)
class _Facts:
    member_id: int
    completeness: int
    intends: bool
    fresh_on: date | None
    contacts: int
    connected: bool
    agreed: bool


_facts = Statement("pools", "grading_inputs", _Facts)
_past = Statement("pools", "grades_past", _Member)
_rerank = Command("pools", "rerank")


def regrade(*, city_id: int, member_ids: Sequence[int], now: datetime) -> None:
    """
    Grades these members by what is known today and moves those in a pool to where the grade puts them.

    Part of a transaction that has locked the members' rows.
    """
    today = day_of(now)
    in_use = assessing.in_use(purpose="pool.grading", today=today)
    notice = catalogue().purposes["pool.grading"].notice_hash
    known = _facts.all(city_id=city_id, member_ids=list(member_ids), today=today, notice_hash=notice)
    graded = {
        row.member_id: grade(
            Inputs(row.completeness, row.intends, row.fresh_on, row.contacts, row.connected),
            agreed=row.agreed and in_use,
            today=today,
        )
        for row in known
    }
    grades.write(
        city_id=city_id,
        given=[(member_id, each.letter, each.score, each.inputs) for member_id, each in graded.items()],
    )
    _rerank.run(city_id=city_id, member_ids=list(graded), now=now, **hinting.parameters())


def forget_past(*, city_id: int, now: datetime) -> int:
    """Retention: whoever's consent to be graded runs no more is graded C again, and the inputs go; how many."""
    notice, done, after = catalogue().purposes["pool.grading"].notice_hash, 0, 0
    while True:
        with transaction.atomic():
            found = _past.all(city_id=city_id, notice_hash=notice, today=day_of(now), after=after, size=AT_ONCE)
            if not found:
                return done
            ids = [row.member_id for row in found]
            regrade(city_id=city_id, member_ids=ids, now=now)
            done, after = done + len(ids), ids[-1]


def explain(inputs: Mapping[str, Any]) -> str:
    """Why a grade is what it is, in a sentence for staff and member."""
    if not inputs.get("agreed"):
        return _("本人没有同意评级，按 C 级处理。")
    return _("资料完整度 %(completeness)s/40，意向 %(intent)s/25，新近程度 %(freshness)s/25，联系历史 %(history)s/10。") % {
        name: inputs.get(name, 0) for name in ("completeness", "intent", "freshness", "history")
    }
