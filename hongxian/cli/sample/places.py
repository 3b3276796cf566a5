"""
Where every member of the demo company is now: with a consultant, resting, in a pool, or nowhere because nobody may call.

What a member's history adds up to (contacts, grade, rank) is reckoned here by the rules of `pools.grading` and `pools.ranking`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hongxian.cli.sample import times
from hongxian.cli.sample.dice import happens
from hongxian.cli.sample.histories import APART, Historian
from hongxian.pools import grading, ranking

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from hongxian.cli.sample.histories import Episode
    from hongxian.cli.sample.people import Member
    from hongxian.cli.sample.staff import Consultant
    from hongxian.cli.sample.times import Calendar
    from hongxian.pools.grading import Grade

REFUSED, RESTING, CANDIDATES = 0.042, 0.045, 0.34  # shares of those who may be contacted
LEAST_HELD, MOST_HELD = 10, 60
RESTS = {"no_answer": 30, "invalid": 180, "fraud": 365}  # days
QUIET = 38 * times.DAY  # who is held now was called by nobody else for so long before
COARSE = ("education", "income_band", "marital", "housing", "car")


@dataclass(slots=True)
class Placed:
    """A member with what it all adds up to. Exactly one of `open`, `rests` and `entered` says where they are, or none does."""

    member: Member
    grade: Grade
    rank: int
    contacts: int
    last_contact: int
    intends: bool
    suppressed: int = 0  # since when
    refused: str = ""
    open: Episode | None = None
    rests: Episode | None = None
    entered: bool = False


@dataclass(slots=True)
class Company:
    """Everything that was invented, before it is written."""

    placed: list[Placed] = field(default_factory=list)
    used: dict[tuple[int, int, int, str], int] = field(default_factory=dict)


def settle(
    members: list[Member], consultants: list[Consultant], calendar: Calendar, rng: Random, progress: Callable[[float], None]
) -> Company:
    """Gives every member a past and a place."""
    historian = Historian(rng, calendar, consultants)
    candidates: list[Member] = []
    for number, member in enumerate(members):
        if member.may_be_contacted(calendar.today):
            _live(member, historian, calendar, rng, candidates)
        if number % 1000 == 0:
            progress(number / len(members))
    _hand_out(candidates, consultants, calendar, rng, historian)
    return Company(placed=[_placed(member, calendar) for member in members], used=historian.used)


def _live(member: Member, historian: Historian, calendar: Calendar, rng: Random, candidates: list[Member]) -> None:
    dice = rng.random()
    if dice < REFUSED:
        historian.refusal(member, "married" if happens(rng, 0.12) else "refused")
    elif dice < REFUSED + RESTING:
        historian.rest(member, rng.choices(("no_answer", "invalid", "fraud"), (66, 31, 3))[0])
    elif dice < REFUSED + RESTING + CANDIDATES:
        candidates.append(member)
    final, member.episodes = member.episodes, []
    if final:
        historian.past(member, until=final[0].begun - APART)
    else:
        historian.past(member, until=calendar.now - (QUIET if candidates and candidates[-1] is member else times.HOUR))
    member.episodes += final


def _hand_out(
    candidates: list[Member], consultants: list[Consultant], calendar: Calendar, rng: Random, historian: Historian
) -> None:
    """Ten to sixty for each consultant, of grades that her tier may take; fewer where the company is small."""
    rng.shuffle(candidates)
    waiting: dict[tuple[str, int], list[Member]] = {}
    for member in candidates:
        near = member.shop.store_id if member.kind == "store" else member.shop.city_id
        waiting.setdefault((member.kind, near), []).append(member)
    share = min(1.0, len(candidates) / max(1, len(consultants) * (LEAST_HELD + MOST_HELD) / 1.6))
    for each in consultants:
        wanted = max(1, round(rng.randint(LEAST_HELD, MOST_HELD) * share))
        for kind, near, count in (("store", each.store_id, wanted - wanted // 3), ("city", each.city_id, wanted // 3)):
            _fill_hand(each, waiting.get((kind, near), []), count, calendar, historian)


def _fill_hand(holder: Consultant, among: list[Member], count: int, calendar: Calendar, historian: Historian) -> None:
    back = []
    while count > 0 and among:
        member = among.pop()
        rank = _placed(member, calendar).rank
        if rank >= holder.floor and historian.open(member, holder, rank):
            count -= 1
        else:
            back.append(member)
    among[:0] = back


def _placed(member: Member, calendar: Calendar) -> Placed:
    calls = [call for episode in member.episodes for call in episode.calls]
    outcomes = {call.outcome for call in calls}
    intends = member.states_intent or not outcomes.isdisjoint({"interested", "visit"})
    grade = _grade(member, calendar, intends=intends, contacts=len(calls))
    fresh_at = times.at(times.start_of(member.registered) + member.member_id % times.DAY)
    placed = Placed(
        member=member,
        grade=grade,
        rank=ranking.rank_of(grade=grade.letter, fresh_at=fresh_at),
        contacts=len(calls),
        last_contact=max((call.at for call in calls), default=0),
        intends=intends,
    )
    _locate(placed, calendar)
    return placed


def _locate(placed: Placed, calendar: Calendar) -> None:
    member = placed.member
    last = member.episodes[-1] if member.episodes else None
    if member.said_no:
        placed.suppressed, placed.refused = recorded_at(member), member.said_no
    elif last is not None and last.move == "refused":
        placed.suppressed, placed.refused = last.ended, last.reason
    elif last is not None and not last.ended:
        placed.open = last
    elif last is not None and last.move == "rested":
        placed.rests = last
    else:
        placed.entered = member.may_be_contacted(calendar.today)


def _grade(member: Member, calendar: Calendar, *, intends: bool, contacts: int) -> Grade:
    known = [member.sex, member.birth_year, member.height_cm, member.district, member.occupation]
    known += [value if value != "unknown" else "" for value in map(member.facets.get, COARSE)]
    inputs = grading.Inputs(
        completeness=sum(map(bool, known)) * 9 + (10 if member.criteria else 0),
        intends=intends,
        fresh_on=times.date_of(member.registered),
        contacts=contacts,
        connected=intends and contacts > 0,
    )
    agreed = member.may_be_contacted(calendar.today) and not member.profiling_off
    return grading.grade(inputs, agreed=agreed, today=times.date_of(calendar.today))


def recorded_at(member: Member) -> int:
    """When the record came in, and with it what the person agreed to or refused."""
    return times.start_of(member.given if member.given is not None else member.registered) + 11 * times.HOUR
