"""The member's own lists, read by nobody else: whom they viewed, what they sent, and a card suggested from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.sql import Statement
from hongxian.letters import naming, suggesting
from hongxian.portal import own, tracing
from hongxian.vault import asking, own_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.portal.door import Visit

A_PAGE = 30
MOST_GLANCES = 20_000
VIEWED, SENT = Label("own_viewed"), Label("own_sent")


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is."""

    viewed: Annotated[int, VIEWED]
    sent: Annotated[int, SENT]
    others: Annotated[int, VIEWED]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at somebody; `other` is the letter that stands for them."""

    number: Annotated[int, PLAIN]
    at: Annotated[datetime, VIEWED]
    other: Annotated[str, VIEWED]
    birth_from: Annotated[int | None, VIEWED]
    height_from: Annotated[int | None, VIEWED]
    education: Annotated[str, VIEWED]
    district: Annotated[str, VIEWED]


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """Something the visitor wrote to somebody."""

    number: Annotated[int, PLAIN]
    at: Annotated[datetime, SENT]
    other: Annotated[str, SENT]
    text: Annotated[str, SENT]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a list, the newest first: what comes after it is older."""

    at: Annotated[datetime, PLAIN]
    number: Annotated[int, PLAIN]

    def __str__(self) -> str:
        return f"{int(self.at.timestamp() * 1_000_000)}-{self.number}"

    @classmethod
    def read(cls, text: str) -> Spot:
        """The spot in an address; anything else is the beginning."""
        at, _dash, number = text.partition("-")
        if not (text.isascii() and at.isdecimal() and number.isdecimal() and len(text) < MOST_DIGITS):
            return NEWEST
        return cls(datetime.fromtimestamp(int(at) / 1_000_000, UTC), int(number))


MOST_DIGITS = 34
NEWEST = Spot(datetime(2999, 1, 1, tzinfo=UTC), 2**62)


@dataclass(frozen=True, slots=True)
class _LookRow:
    number: int
    at: datetime
    place: int
    birth_from: int | None
    height_from: int | None
    education: str
    district: str


@dataclass(frozen=True, slots=True)
class _SentRow:
    number: int
    at: datetime
    place: int


_counts = Statement("portal", "own_letters_counts", Counts)
_viewed = Statement("portal", "own_viewed", _LookRow)
_sent = Statement("portal", "own_sent", _SentRow)
_chosen = Statement("portal", "own_sent_chosen", _SentRow)
_glances = Statement("portal", "own_glances", suggesting.Glance)


def counts(*, visit: Visit) -> Counts:
    """How much there is in the visitor's lists; nothing once the record's state is not live."""
    with own.visiting(visit.token):
        return _counts.one() or Counts(0, 0, 0)


def viewed(*, visit: Visit, before: Spot, now: datetime) -> tuple[list[Look], Spot | None]:
    """A page of whom the visitor viewed, and where the next one begins."""
    with own.visiting(visit.token):
        rows = _viewed.all(before=before.at, before_id=before.number, most=A_PAGE + 1)
        tracing.record(visit=visit, action="letters.viewed", purpose="letters", fields=["own_viewed"], now=now)
    looks = [
        Look(row.number, row.at, naming.letter_of(row.place), row.birth_from, row.height_from, row.education, row.district)
        for row in rows[:A_PAGE]
    ]
    return looks, _next(rows)


def sent(*, visit: Visit, before: Spot, now: datetime) -> tuple[list[Letter], Spot | None]:
    """
    A page of what the visitor sent, opened by the keeper against the visit. Call it outside a transaction.

    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    :raises vault.asking.KeeperDenied: the visit has ended.
    """
    with own.visiting(visit.token):
        rows = _sent.all(before=before.at, before_id=before.number, most=A_PAGE + 1)
    return _opened(visit, rows[:A_PAGE], now), _next(rows)


def chosen(*, visit: Visit, numbers: Sequence[int], now: datetime) -> list[Letter]:
    """
    Those of these letters that are the visitor's own, in the order in which they were written.

    :raises vault.asking.KeeperAway: see `sent`.
    """
    with own.visiting(visit.token):
        rows = _chosen.all(ids=sorted(set(numbers))[: own_words.MOST_AT_ONCE])
    return _opened(visit, rows, now)


def suggestion(*, visit: Visit, now: datetime) -> suggesting.Suggestion:
    """What may be suggested from whom the visitor viewed. Who opted out is left out by the database already."""
    with own.visiting(visit.token):
        glances = _glances.all(most=MOST_GLANCES)
        tracing.record(visit=visit, action="letters.suggest", purpose="letters", fields=["own_viewed"], now=now)
    return suggesting.suggest(glances, ())


def _opened(visit: Visit, rows: Sequence[_SentRow], now: datetime) -> list[Letter]:
    if not rows:
        return []
    with own.visiting(visit.token):
        trace = tracing.record(visit=visit, action="letters.sent", purpose="letters", fields=[own_words.SENT], now=now)
    texts = asking.sent_texts(trace, visit=visit.token, numbers=[row.number for row in rows])
    return [Letter(row.number, row.at, naming.letter_of(row.place), texts[row.number]) for row in rows if row.number in texts]


def _next(rows: Sequence[_LookRow] | Sequence[_SentRow]) -> Spot | None:
    return Spot(rows[A_PAGE - 1].at, rows[A_PAGE - 1].number) if len(rows) > A_PAGE else None
