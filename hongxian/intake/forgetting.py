"""Forgetting (到期删除): reports of imports go once their time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

_runs = Command("intake", "forget_runs")
_member = Command("intake", "forget_member")
_merged = Command("intake", "forget_merged")
_file_names = Command("intake", "forget_file_names")


def forget_runs(*, city_id: int, before: datetime) -> int:
    """Imports begun before, with their lines; how many lines."""
    return _runs.run(city_id=city_id, before=before)


def forget_member(*, city_id: int, member_id: int, resource_no: str) -> None:
    """Part of erasing a member: what became of their rows stays as counts; what the rows and files were called goes."""
    _file_names.run(city_id=city_id, member_id=member_id)
    _member.run(city_id=city_id, member_id=member_id)
    _merged.run(resource_no=resource_no)
