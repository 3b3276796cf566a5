"""
After a restore (恢复之后): what a backup says is about to go out may have gone out since it was taken.

Texts that wait are dropped, what was being handed over is unknown, and campaigns are paused until somebody has looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command
from hongxian.outreach import settling

if TYPE_CHECKING:
    from datetime import datetime

_pause = Command("outreach", "pause_restored")


def settle(*, city_id: int, now: datetime) -> tuple[int, int]:
    """How many texts were dropped or given up, and how many campaigns paused. A second run finds nothing to do."""
    paused = _pause.run(city_id=city_id)
    texts = settling.drop_restored(city_id=city_id, now=now) + settling.give_up_orphans(city_id=city_id, now=now)
    return texts, paused
