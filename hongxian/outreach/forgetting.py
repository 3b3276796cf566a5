"""Forgetting (到期删除): calls are append-only for everybody who serves; only the owner's function lets old ones go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class _Gone:
    gone: int


_calls = Statement("outreach", "forget_calls", _Gone)
_placed = Statement("outreach", "forget_placed", _Gone)
_texts = Statement("outreach", "forget_texts", _Gone)


def forget_calls(*, before: datetime) -> int:
    """Calls filed before, of every city; how many. By the database's own clock nothing younger than 700 days goes."""
    [row] = _calls.all(before=before)
    return row.gone


def forget_placed(*, before: datetime) -> int:
    """Calls placed through a gateway before, of every city; how many. Nothing younger than 700 days goes."""
    [row] = _placed.all(before=before)
    return row.gone


def forget_texts(*, before: datetime) -> int:
    """Texts queued before, of every city, with their reports; how many texts. Nothing younger than 700 days goes."""
    [row] = _texts.all(before=before)
    return row.gone
