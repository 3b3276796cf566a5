"""Who looked at me (谁看过我): every sealed trace about the visitor, in plain words, and its proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.audit import proving, tree
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.portal import own, tracing

if TYPE_CHECKING:
    from hongxian.portal.door import Visit

WHO = ("staff", "system", "self", "all")
PAGE = 40
NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Look:
    """One line. Names of fields, purposes and reasons are codes; the page says them in words."""

    number: Annotated[int, PLAIN]
    at: Annotated[datetime, PLAIN]
    role: Annotated[str, PLAIN]
    process: Annotated[str, PLAIN]
    action: Annotated[str, PLAIN]
    purpose: Annotated[str, PLAIN]
    fields: Annotated[list[str], PLAIN]
    outcome: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]

    @property
    def who(self) -> str:
        """Whose doing it was: staff, system or self."""
        return {"system": "system", "member": "self"}.get(self.role, "staff")

    @property
    def denied(self) -> bool:
        """Whether nothing was shown or done."""
        return self.outcome == "denied"


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day, the newest first."""

    day: Annotated[date, PLAIN]
    looks: Annotated[list[Look], PLAIN]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of days. `before` is where the next one begins; None on the last."""

    days: Annotated[list[Day], PLAIN]
    before: Annotated[int | None, PLAIN]


@dataclass(frozen=True, slots=True)
class _Whose:
    city_id: int
    member_id: int
    salt: bytes | None


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    size: int
    at: datetime
    key: str
    note: str


@dataclass(frozen=True, slots=True)
class _Hashes:
    hashes: bytes


_looks = Statement("portal", "own_looks", Look)
_lines = Statement("portal", "own_lines", proving.Line)
_whose = Statement("portal", "own_salt", _Whose)
_checkpoint = Statement("portal", "log_checkpoint", _Checkpoint)
_leaf_tile = Statement("portal", "log_leaf_tile", _Hashes)
_node_tile = Statement("portal", "log_node_tile", _Hashes)


def looks(*, visit: Visit, who: str, before: int | None, now: datetime) -> Page:
    """
    A page of lines, the newest first. Looking here is a line, too, once it is sealed.

    Lines appear when they are sealed, a second or two after the look.
    """
    with own.visiting(visit.token):
        tracing.record(visit=visit, action="portal.looks", purpose="rights", now=now)
        found = _looks.all(who=who, before=NEWEST if before is None else before, most=PAGE + 1)
    shown = found[:PAGE]
    days: list[Day] = []
    for look in shown:
        day = day_of(look.at)
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        days[-1].looks.append(look)
    return Page(days, shown[-1].number if len(found) > PAGE else None)


class NotSigned(NotFound):
    """The line is there and the next checkpoint, which will cover it, is not signed yet."""

    code = "not_signed_yet"


def proof(*, visit: Visit, number: int | None) -> dict[str, Any]:
    """
    The proof of one line or, without a number, of all.

    :raises NotFound: no such line is about the visitor.
    :raises NotSigned: it is a few seconds too early.
    """
    with own.visiting(visit.token):
        checkpoint, whose = _checkpoint.one(), _whose.one()
        lines = _lines.all(number=number)
        if whose is None or not lines:
            raise NotFound
        if checkpoint is None or (number is not None and lines[0].index >= checkpoint.size):
            raise NotSigned
        return proving.proof(
            lines=lines,
            whose=proving.Whose(whose.city_id, whose.member_id, bytes(whose.salt) if whose.salt else None),
            signed=proving.under(checkpoint),
            stored=_Tiles(),
            complete=number is None,
        )


class _Tiles:
    """The log's hashes as the portal may read them."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def tile(self, height: int, number: int) -> bytes:
        """See `tree.Tiles`."""
        if (height, number) not in self._known:
            begin, end = number * tree.TILE, (number + 1) * tree.TILE
            found = _node_tile.one(height=height, begin=begin, end=end) if height else _leaf_tile.one(begin=begin, end=end)
            self._known[height, number] = bytes(found.hashes) if found else b""
        return self._known[height, number]
