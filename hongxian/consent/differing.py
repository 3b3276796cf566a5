"""The difference between what somebody was shown and what stands in the catalogue today, in words for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongxian.consent.purposes import catalogue
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from hongxian.consent.purposes import Purpose

TEXTS = ("basis", "kept", "notice_zh", "notice_en")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A text as it was shown from one day on; `shown` is JSON."""

    purpose: str
    notice_hash: str
    shown: str
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One text that is another now."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What was added and removed since, by name; `known` is False where the old text was never written down here."""

    known: bool
    fields_added: tuple[str, ...] = ()
    fields_removed: tuple[str, ...] = ()
    roles_added: tuple[str, ...] = ()
    roles_removed: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the two texts are the same."""
        return self.known and self == Difference(known=True)


_notices = Statement("consent", "notices", NoticeRow)


def texts_of(*, purpose: str | None) -> list[NoticeRow]:
    """Every text that was ever shown for a purpose, or for all, the newest first."""
    return _notices.all(purpose=purpose)


def difference(*, purpose: str, old_hash: str, texts: Iterable[NoticeRow] | None = None) -> Difference:
    """From the text with that hash to today's. Give `texts` where many are compared."""
    today = catalogue().purposes[purpose]
    if old_hash == today.notice_hash:
        return Difference(known=True)
    rows = texts_of(purpose=purpose) if texts is None else texts
    old = next((row for row in rows if (row.purpose, row.notice_hash) == (purpose, old_hash)), None)
    return between(json.loads(old.shown), today) if old else Difference(known=False)


def between(old: dict[str, Any], today: Purpose) -> Difference:
    """From a text that was shown to a purpose as it stands."""
    new: dict[str, Any] = json.loads(today.shown)
    return Difference(
        known=True,
        fields_added=_only_in(new["fields"], old["fields"]),
        fields_removed=_only_in(old["fields"], new["fields"]),
        roles_added=_only_in(new["roles"], old["roles"]),
        roles_removed=_only_in(old["roles"], new["roles"]),
        changed=tuple(Change(key, str(old[key]), str(new[key])) for key in TEXTS if old[key] != new[key]),
    )


def _only_in(these: list[str], those: list[str]) -> tuple[str, ...]:
    return tuple(each for each in these if each not in those)
