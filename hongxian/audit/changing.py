"""Changes to the company's own settings and people: each leaves before, after, who and why, in the transaction that makes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hongxian.kernel.actor import Actor

# A mobile number or an identity card's, also in groups; days and amounts are neither.
_NUMBER = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")

_note = Command("audit", "note_change")


class NumberInReason(Refusal):
    """Reasons are kept for years and read by auditors: they name nobody's number."""

    code = "audit.number_in_reason"
    message = _("原因里请不要写手机号或证件号：它会长期保存，审计也会看到。")
    status = 422


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
    """
    Adds one change in the surrounding transaction; `thing` names what was changed, as "staff 12".

    :raises NumberInReason: somebody's number stands in `why`; nothing is changed.
    """
    if _NUMBER.search(why):
        raise NumberInReason
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
