"""Forgetting (到期删除): closed requests and complaints go once their time is over, with every word that was written in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.sql import Statement
from hongxian.vault import forgetting

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class _Words:
    envelope_id: int


_requests = Statement("rights", "forget_requests", _Words)
_complaints = Statement("rights", "forget_complaints", _Words)


def forget_requests(*, city_id: int, before: datetime) -> int:
    """Requests answered before; how many envelopes went with them."""
    return _forget(_requests, city_id=city_id, before=before)


def forget_complaints(*, city_id: int, before: datetime) -> int:
    """Complaints closed before and not opened again; how many envelopes went with them."""
    return _forget(_complaints, city_id=city_id, before=before)


def _forget(statement: Statement[_Words], *, city_id: int, before: datetime) -> int:
    with transaction.atomic():
        ids = [row.envelope_id for row in statement.all(city_id=city_id, before=before)]
        return forgetting.forget_words(city_id=city_id, envelope_ids=ids)
