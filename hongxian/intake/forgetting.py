"""Forgetting (到期删除): reports of imports go once their time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

_runs = Command("intake", "forget_runs")


def forget_runs(*, city_id: int, before: datetime) -> int:
    """Imports begun before, with their lines; how many lines."""
    return _runs.run(city_id=city_id, before=before)
