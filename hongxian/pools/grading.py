"""
Grading (评级): A to E from completeness, stated intent, freshness and contact history, and from nothing else.

Nothing that was browsed, written to others or is sensitive goes in. Who switches it off, or never agreed, is graded C.
The inputs are kept with the grade, so that staff and the member can be told why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hongxian.consent import assessing, giving
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command, Statement
from hongxian.members import grades
from hongxian.org import rule_kinds, rules
from hongxian.pools import hinting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.members.joining import Traits

AT_ONCE = 2_000
# The weights to start with (org/rule_kinds.py GRADING). Of the freshness' points, by days since registering: all … a fifth.
FIRST: Mapping[str, int] = rule_kinds.first_value(rule_kinds.GRADING)
FRESH = ((30, 25), (180, 18), (365, 10), (730, 5))
MOST_FRESH = 25
PARTS = ("completeness", "intent", "freshness", "history")


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


def grade(inputs: Inputs, *, agreed: bool, today: date, weights: Mapping[str, int] = FIRST) -> Grade:
    """
    The grade of one member; C where they have not agreed to be graded or switched it off.

    The weights it was made with are kept in its inputs where they are not those to start with, so that it is explained by them.
    """
    if not agreed:
        return Grade(letter="C", score=0, inputs={"agreed": False})
    age = None if inputs.fresh_on is None else (today - inputs.fresh_on).days
    fresh = next((points for days, points in FRESH if age is not None and age <= days), 0)
    parts = {
        "completeness": inputs.completeness * weights["completeness"] // 100,
        "intent": weights["intent"] if inputs.intends else weights["intent"] // 5,
        "freshness": fresh * weights["freshness"] // MOST_FRESH,
        "history": _history(inputs) * weights["history"] // 10,
    }
    score = sum(parts.values())
    letter = next((step.upper() for step in "abcd" if score >= weights[step]), "E")
    most = [weights[part] for part in PARTS]
    of = {} if most == [FIRST[part] for part in PARTS] else {"of": most}
    return Grade(letter=letter, score=score, inputs={"agreed": True, **parts, **of})


def _history(inputs: Inputs) -> int:
    """Of ten."""
    if inputs.connected:
        return 10
    return max(0, 10 - 3 * inputs.contacts)


@dataclass(frozen=True, slots=True)
class _Member:
    member_id: int


@dataclass(frozen=True, slots=True)
class _Facts:
    member_id: int
    letter: str
    score: int
    inputs: str
    completeness: int
    intends: bool
    fresh_on: date | None
    contacts: int
    connected: bool
    agreed: bool


_facts = Statement("pools", "grading_inputs", _Facts)
_past = Statement("pools", "grades_past", _Member)
_rerank = Command("pools", "rerank")


def regrade(*, city_id: int, member_ids: Sequence[int], now: datetime) -> int:
    """
    Grades these members by what is known today and moves those in a pool to where the grade puts them. Gives how many changed.

    Part of a transaction that has locked the members' rows.
    """
    changed = write_grades(city_id=city_id, member_ids=member_ids, now=now)
    rerank(city_id=city_id, member_ids=member_ids, now=now)
    return changed


def rerank(*, city_id: int, member_ids: Sequence[int], now: datetime) -> None:
    """Moves those in a pool to where their grade puts them; who is there stays. Part of such a transaction too."""
    _rerank.run(city_id=city_id, member_ids=list(member_ids), now=now, **hinting.parameters())


def write_grades(*, city_id: int, member_ids: Sequence[int], now: datetime) -> int:
    """The records alone, for whoever moves the entries in the same transaction. Gives how many changed."""
    today = day_of(now)
    in_use = assessing.in_use(purpose="pool.grading", today=today)
    notice = catalogue().purposes["pool.grading"].notice_hash
    known = _facts.all(city_id=city_id, member_ids=list(member_ids), today=today, notice_hash=notice)
    weights = rules.weights(now=now)
    graded = [
        (
            row,
            grade(
                Inputs(row.completeness, row.intends, row.fresh_on, row.contacts, row.connected),
                agreed=row.agreed and in_use,
                today=today,
                weights=weights,
            ),
        )
        for row in known
    ]
    changed = [
        (row.member_id, each.letter, each.score, each.inputs)
        for row, each in graded
        if (row.letter, row.score) != (each.letter, each.score) or json.loads(row.inputs) != each.inputs
    ]
    if changed:
        grades.write(city_id=city_id, given=changed)
    return len(changed)


def grades_of_new(*, people: Iterable[tuple[Traits, Sequence[date]]], now: datetime) -> Iterator[Grade]:
    """
    The grades that `write_grades` will find for records that are made with these facets, and with yeses to being graded of these days.

    So that they can be made with them: what has just been written need not be written again. Were one another, it would be set right.
    """
    today = day_of(now)
    in_use, weights = assessing.in_use(purpose="pool.grading", today=today), rules.weights(now=now)
    for traits, agreed_on in people:
        agreed = in_use and giving.until(agreed_on, today=today) is not None
        yield grade(_inputs_of_new(traits, today), agreed=agreed, today=today, weights=weights)


def _inputs_of_new(traits: Traits, today: date) -> Inputs:
    """As sql/grading_inputs.sql counts them."""
    known = (
        traits.sex, traits.birth_year, traits.height_cm, traits.education, traits.income_band, traits.marital, traits.housing,
        traits.car, traits.district, traits.occupation,
    )  # fmt: skip
    completeness = 9 * sum(bool(each) and each != "unknown" for each in known) + 10 * traits.has_criteria
    return Inputs(completeness, traits.intends, traits.registered_on or today, 0, connected=False)


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


def most_of(inputs: Mapping[str, Any]) -> dict[str, int]:
    """How many points each part could give when this grade was made."""
    return dict(zip(PARTS, inputs.get("of") or [FIRST[part] for part in PARTS], strict=True))


def explain(inputs: Mapping[str, Any]) -> str:
    """Why a grade is what it is, in a sentence for staff and member."""
    if not inputs.get("agreed"):
        return _("本人没有同意评级，按 C 级处理。")
    of = {f"most_{part}": most for part, most in most_of(inputs).items()}
    return _(
        "资料完整度 %(completeness)s/%(most_completeness)s，意向 %(intent)s/%(most_intent)s，"
        "新近程度 %(freshness)s/%(most_freshness)s，联系历史 %(history)s/%(most_history)s。"
    ) % {**{name: inputs.get(name, 0) for name in PARTS}, **of}
