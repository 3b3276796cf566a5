"""The stand-in (演示通道): texts go into the outbox of this machine and nowhere else. Every page says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.outreach import outbox
from hongxian.outreach.gateways.kannel import Kannel
from hongxian.outreach.gateways.port import TAKEN, Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.outreach.gateways.port import Outgoing

ROOM = 500


class Loopback:
    """Takes everything, delivers nothing."""

    name = "loopback"
    stand_in = True

    def room(self) -> int:
        """There is always room."""
        return ROOM

    def hand_over(self, batch: Sequence[Outgoing], *, now: datetime) -> list[Result]:
        """Into the outbox; said to be delivered, for nobody else will ever say so."""
        keep(batch, now)
        return [Result(TAKEN, delivered=True) for _ in batch]

    def close(self) -> None:
        """Nothing to end."""


class KannelInDemo(Kannel):
    """A real Kannel with its own loopback behind it; the outbox shows what went in."""

    def hand_over(self, batch: Sequence[Outgoing], *, now: datetime) -> list[Result]:
        """To Kannel, and what it took into the outbox."""
        results = super().hand_over(batch, now=now)
        keep([text for text, result in zip(batch, results, strict=True) if result.answer == TAKEN], now)
        return results


def keep(batch: Sequence[Outgoing], now: datetime) -> None:
    """Into the outbox of the demo."""
    outbox.keep([outbox.Text(text.number, text.text, text.code, text.number_hash) for text in batch], now=now)
