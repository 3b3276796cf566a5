"""Who may sign in: tries are counted, and an account without somebody who works here opens nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

TRIES_BY_NUMBER, TRIES_BY_ADDRESS = 8, 60


@dataclass(frozen=True, slots=True)
class Opens:
    """Whom an account lets in, and what their session begins under."""

    staff_id: int
    employee_no: str
    alias: str
    epoch: int


@dataclass(frozen=True, slots=True)
class _Tries:
    by_number: int
    by_address: int


_opens = Statement("org", "account_opens", Opens)
_recent = Statement("org", "recent_tries", _Tries)
_note = Command("org", "note_try")
_forget = Command("org", "forget_tries")


def opens(*, account_id: int) -> Opens | None:
    """
    Whom an account lets in, by whatever door; None where nobody who works here has it.

    Read it before the session is made: whoever leaves or moves meanwhile has a dead one.
    """
    return _opens.one(account_id=account_id)


def too_many_from(*, address: str, since: datetime) -> bool:
    """Whether the door stays shut for this address, at doors that ask for no employee number."""
    tries = _recent.one(employee_no="", address=address, since=since)
    return tries is not None and tries.by_address >= TRIES_BY_ADDRESS


def too_many_tries(*, employee_no: str, address: str, since: datetime) -> bool:
    """Whether the door stays shut for this number or address for now."""
    tries = _recent.one(employee_no=employee_no, address=address, since=since)
    return tries is not None and (tries.by_number >= TRIES_BY_NUMBER or tries.by_address >= TRIES_BY_ADDRESS)


def note_failed_try(*, employee_no: str, address: str, at: datetime) -> None:
    """Counts a failed try; never the password."""
    _note.run(employee_no=employee_no[:64], address=address, at=at)


def forget_tries(*, before: datetime) -> None:
    """Drops failed tries older than that."""
    _forget.run(before=before)


def demo_sign_ins(home: Path) -> list[tuple[str, str, str]]:
    """Role, employee number and password of the demo's accounts, one a role, as the sample company wrote them."""
    try:
        found = json.loads((home / "demo-sign-ins.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [(str(role), str(number), str(password)) for role, number, password in found]
