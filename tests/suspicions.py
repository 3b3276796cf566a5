"""Suspicions as the fraud desk finds them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.owner import insert, now

if TYPE_CHECKING:
    from tests.cast import Person, Someone


def open_case(someone: Someone, *, taken_by: Person | None = None) -> int:
    """A suspicion about a member, waiting or looked at; its number."""
    case_id: int = insert(
        "safety_case",
        city_id=someone.city_id,
        about="member",
        member_id=someone.member_id,
        kind="other",
        state="open" if taken_by is None else "looking",
        opened_at=now(),
        reports=1,
        subject=-random.getrandbits(61) - 2**61,
        taken_by=taken_by.staff_id if taken_by else None,
    )
    return case_id
