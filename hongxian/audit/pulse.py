"""The pulse of the log (脉搏): what waits to be sealed and how old the newest checkpoint is, for whoever watches the machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hongxian.kernel.sql import Statement


@dataclass(frozen=True, slots=True)
class Pulse:
    """Rows in the tree, rows that wait for their leaf and since when, and when the tree was signed last."""

    size: int
    waiting: int
    waiting_since: datetime | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """How often the gate gave this reason; "" is yes."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class _Newest:
    number: int


_pulse = Statement("audit", "pulse", Pulse)
_decisions = Statement("audit", "gate_decisions", Decisions)
_newest = Statement("audit", "newest_number", _Newest)


def pulse() -> Pulse | None:
    """None before the first row of the log."""
    return _pulse.one()


def newest_number() -> int:
    """The number of the newest trace; some before it may not be committed yet."""
    (found,) = _newest.all()
    return found.number


def gate_decisions(*, after: int, until: int) -> list[Decisions]:
    """What the gate decided in the traces of these numbers."""
    return _decisions.all(after=after, until=until)
