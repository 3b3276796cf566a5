"""How long suspicions are kept: three years after their case was closed, then nothing of them is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.sql import Command, Statement
from hongxian.vault import shredding

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Old:
    case_id: int
    subject: int


@dataclass(frozen=True, slots=True)
class _Subject:
    subject: int


_old = Statement("safety", "closed_before", _Old)
_subjects = Statement("safety", "subjects", _Subject)
_forget = [Command("safety", f"forget_{things}") for things in ("reports", "events", "cases")]


def sweep(*, city_id: int, before: datetime, limit: int = 10_000) -> int:
    """Removes the cases of a city that were closed before this moment, with their reports and words; how many. The worker's."""
    done = 0
    while done < limit:
        with transaction.atomic():
            old = _old.all(city_id=city_id, before=before, most=min(BATCH, limit - done))
            for case in old:
                reported = _subjects.all(city_id=city_id, case_id=case.case_id, most=1_000_000)
                for subject in (case.subject, *(row.subject for row in reported)):
                    shredding.shred(city_id=city_id, member_id=subject)
            for each in _forget:
                each.run(city_id=city_id, case_ids=[case.case_id for case in old])
        done += len(old)
        if len(old) < BATCH:
            break
    return done
