"""Changes to the company's own settings and people: each leaves before, after, who and why, in the transaction that makes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hongxian.kernel.actor import Actor

_note = Command("audit", "note_change")


def note_change(
    *,
    by: Actor,
    action: str,
    thing: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    why: str,
    now: datetime,
) -> None:
    """Adds one change in the surrounding transaction; `thing` names what was changed, as "staff 12"."""
    _note.run(
        now=now,
        staff_id=by.staff_id,
        action=action,
        thing=thing,
        before=_json(before),
        after=_json(after),
        why=why,
    )


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False, default=str)
