"""
The rules in force (生效规则) at a moment: what the gate, the pools and the calendar go by. Setting them is rule_changing.py.

Every rule has a row for the company since the first migration; rows are only ever added, each with the moment from which it
counts, so that a change for the future takes effect by itself. A process reads them all once and again as soon as a row came,
which it asks at most once a second: no statement more for a claim or a text.

Fails closed: a rule that is missing, cannot be read or stands outside its ends stops what goes by it.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import rule_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

# How long an answer to "has anything come?" is trusted (seconds).
TRUSTED_FOR = 1.0
Place = tuple[int, int]  # city, store; 0 for none
WHOLE_COMPANY: Place = (0, 0)


class RulesUnreadable(Refusal):
    """Nothing goes by a rule that isn't there or makes no sense."""

    code = "org.rules_unreadable"
    message = _("公司规则读不出来，此操作已停止；请联系运营。")
    status = 503


@dataclass(frozen=True, slots=True)
class Contact:
    """When somebody may be contacted and how often."""

    first_hour: int
    end_hour: int
    calls: int
    texts: int
    span: timedelta
    lifetime: int
    by_hand_a_day: int
    by_hand_store_an_hour: int


@dataclass(frozen=True, slots=True)
class Claims:
    """How long claims, waits and rests last."""

    held_for: timedelta
    waits_for: timedelta
    rests_for: timedelta
    silences: int


@dataclass(frozen=True, slots=True)
class Tier:
    """What a tier may take: its best grade, a day's caps for either pool, the morning's share, and the limit of the hand."""

    tier: str
    best_grade: str
    store_cap: int
    city_cap: int
    share: int
    holding_cap: int


@dataclass(frozen=True, slots=True)
class _Version:
    rows: int
    newest: int


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    key: str
    city_id: int
    store_id: int
    value: str | None
    effective_from: datetime


class Rules:
    """Every row there is, ready to be asked for any moment."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._lines: dict[tuple[str, Place], tuple[list[datetime], list[dict[str, Any] | None]]] = {}
        self._newest: dict[tuple[str, Place], int] = {}
        for row in rows:  # by moment, then in the order in which they were written
            at = row.key, (row.city_id, row.store_id)
            self._newest[at] = max(row.id, self._newest.get(at, 0))
            begins, values = self._lines.setdefault((row.key, (row.city_id, row.store_id)), ([], []))
            begins.append(row.effective_from)
            values.append(None if row.value is None else json.loads(row.value))
        self._checked: set[int] = set()

    def set_at(self, key: str, place: Place, now: datetime) -> dict[str, Any] | None:
        """What is set for this very place; None where nothing is, or no more."""
        begins, values = self._lines.get((key, place), ((), ()))
        found = values[at - 1] if (at := bisect_right(begins, now)) else None
        if found is not None and id(found) not in self._checked:
            if rule_kinds.wrong_with(rule_kinds.KINDS[key], found):
                raise RulesUnreadable
            self._checked.add(id(found))
        return found

    def value(self, key: str, *, city_id: int = 0, store_id: int = 0, now: datetime) -> dict[str, Any]:
        """What counts there: the strictest, or for rules without a strict end what is set nearest."""
        found = self.set_at(key, WHOLE_COMPANY, now)
        if found is None:
            raise RulesUnreadable
        kind = rule_kinds.KINDS[key]
        for place in ((city_id, 0), (0, store_id)):
            own = self.set_at(key, place, now) if place != WHOLE_COMPANY else None
            if own is not None:
                found = rule_kinds.strictest(kind, found, own) if kind.strict else own
        return found

    def with_row(self, key: str, place: Place, value: dict[str, Any] | None, begins: datetime) -> Rules:
        """The same with one row more: how it would be."""
        found = Rules([])
        found._lines = {each: (list(moments), list(values)) for each, (moments, values) in self._lines.items()}
        moments, values = found._lines.setdefault((key, place), ([], []))
        at = bisect_right(moments, begins)
        moments.insert(at, begins)
        values.insert(at, value)
        return found

    def places(self, keys: Collection[str]) -> set[Place]:
        """Where any of these rules was ever set."""
        return {place for key, place in self._lines if key in keys}

    def newest(self, key: str, *, city_id: int = 0, store_id: int = 0) -> int:
        """The number of the newest change that this place goes by, planned ones too: by it one sees that another one came."""
        return max(self._newest.get((key, place), 0) for place in (WHOLE_COMPANY, (city_id, 0), (0, store_id)))

    def planned(self, key: str, place: Place, now: datetime) -> list[datetime]:
        """From when on something else is set for this very place."""
        moments, _values = self._lines.get((key, place), ((), ()))
        return sorted({moment for moment in moments if moment > now})

    def moments(self, keys: Collection[str]) -> set[datetime]:
        """When any of these rules begins or began to count."""
        return {moment for (key, _place), (moments, _values) in self._lines.items() if key in keys for moment in moments}


_version = Statement("org", "rules_version", _Version)
_all = Statement("org", "rules", _Row)
_known: tuple[float, _Version, Rules] | None = None


def forget() -> None:
    """The next question reads anew; for whoever has just changed something."""
    global _known  # noqa: PLW0603 - one answer a process
    _known = None


def told(rows: int, newest: int, *, asked: float) -> None:
    """
    Another statement that is asked all day saw, after `asked` (monotonic seconds), how many rules there are and the newest.

    It is as good as asking: what is known is trusted on, or read anew at the next question.
    """
    global _known  # noqa: PLW0603 - one answer a process
    known = _known
    if known is None or asked <= known[0]:
        return
    _known = (asked, *known[1:]) if known[1] == _Version(rows, newest) else None


def fresh(*, without: int | None = None) -> Rules:
    """The rules as they lie in the table at this moment, for whoever changes them; `without` one, to see how it would be."""
    return Rules([row for row in _all.all() if row.id != without])


def read() -> Rules:
    """
    The rules, at most a second old.

    :raises django.db.DatabaseError: the table cannot be read, so nothing goes on.
    """
    global _known  # noqa: PLW0603 - one answer a process
    known, asked = _known, time.monotonic()
    if known is not None and asked - known[0] < TRUSTED_FOR:
        return known[2]
    version = _version.one()
    if version is None or not version.rows:
        raise RulesUnreadable
    rules = known[2] if known is not None and known[1] == version else Rules(_all.all())
    _known = (asked, version, rules)
    return rules


def contact(*, city_id: int, store_id: int | None = None, now: datetime) -> Contact:
    """When and how often members of a city may be contacted; `store_id` is that of whoever contacts them."""
    rules, place = read(), {"city_id": city_id, "store_id": store_id or 0, "now": now}
    hours = rules.value(rule_kinds.HOURS, **place)  # type: ignore[arg-type] # as named
    caps = rules.value(rule_kinds.CAPS, **place)  # type: ignore[arg-type] # as named
    by_hand = rules.value(rule_kinds.BY_HAND, **place)  # type: ignore[arg-type] # as named
    if hours["first"] >= hours["end"]:  # a city's evening and the company's morning: nobody is contacted
        hours = {"first": 24, "end": 0}
    return Contact(
        first_hour=hours["first"],
        end_hour=hours["end"],
        calls=caps["calls"],
        texts=caps["texts"],
        span=timedelta(days=caps["days"]),
        lifetime=caps["lifetime"],
        by_hand_a_day=by_hand["a_day"],
        by_hand_store_an_hour=by_hand["store_an_hour"],
    )


def claims(*, city_id: int, now: datetime) -> Claims:
    """How long claims of a city last, waits and rests."""
    value = read().value(rule_kinds.CLAIMS, city_id=city_id, now=now)
    return Claims(
        held_for=timedelta(days=value["held_days"]),
        waits_for=timedelta(days=value["waits_days"]),
        rests_for=timedelta(days=value["rest_days"]),
        silences=value["silences"],
    )


def tiers(*, city_id: int, store_id: int | None, now: datetime) -> dict[str, Tier]:
    """What each tier may take in a store: the store's own rule, else the city's, else the company's."""
    rules = read()
    return {
        key[-1]: Tier(tier=key[-1], **rules.value(key, city_id=city_id, store_id=store_id or 0, now=now))
        for key in rule_kinds.TIER_KEYS
    }


def tier_parameters(*, city_id: int, store_id: int | None, now: datetime) -> dict[str, Any]:
    """What a statement needs that includes org/tier_rules."""
    found = tiers(city_id=city_id, store_id=store_id, now=now).values()
    return {
        "tiers": [each.tier for each in found],
        "best_grades": [each.best_grade for each in found],
        "store_caps": [each.store_cap for each in found],
        "city_caps": [each.city_cap for each in found],
        "shares": [each.share for each in found],
        "holding_caps": [each.holding_cap for each in found],
    }


def calendar(*, now: datetime) -> Mapping[date, bool]:
    """Days that the company's calendar has beside the State Council's: whether people work on them."""
    value = read().value(rule_kinds.CALENDAR, now=now)
    return {date.fromisoformat(day): what == "workday" for day, what in value.items()}


def must_be_here(*, city_id: int, store_id: int | None, now: datetime) -> bool:
    """Whether a store deals to those alone who have said that they are here."""
    return bool(read().value(rule_kinds.DEALING, city_id=city_id, store_id=store_id or 0, now=now)["here"])


def band_days(*, city_id: int, now: datetime) -> int:
    """Within how many days of freshness a reshuffle mixes."""
    return int(read().value(rule_kinds.RESHUFFLE, city_id=city_id, now=now)["band_days"])


def weights(*, now: datetime) -> Mapping[str, int]:
    """What a grade is made of: points of the four parts, and the lowest score of A to D."""
    return read().value(rule_kinds.GRADING, now=now)


def review(*, now: datetime) -> Mapping[str, int]:
    """How results count when tiers are reviewed."""
    return read().value(rule_kinds.REVIEW, now=now)
