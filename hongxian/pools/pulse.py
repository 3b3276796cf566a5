"""The pulse of the pools (脉搏): whether the hints at which claims begin are cleared, for whoever watches the machines."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.kernel.sql import Statement


@dataclass(frozen=True, slots=True)
class Pulse:
    """Rows in the longest list of hints."""

    longest: int


_pulse = Statement("pools", "pulse", Pulse)


def pulse() -> Pulse:
    """Counted now."""
    (found,) = _pulse.all()
    return found
