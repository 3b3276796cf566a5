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


_pulse = Statement("audit", "pulse", Pulse)


def pulse() -> Pulse | None:
    """None before the first row of the log."""
    return _pulse.one()
