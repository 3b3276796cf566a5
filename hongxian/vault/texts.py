"""Texts of the system's own (codes): sealed by the keeper, opened by the worker that sends them, emptied once they have left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from hongxian.kernel.sql import Command, Statement
from hongxian.vault import files, visiting

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class OwnText:
    """One text, opened: to whom, the code in it, all its words; the number's keyed hash, by which it is found again."""

    id: UUID
    number: str
    code: str
    words: str
    number_hash: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: UUID
    sealed: bytes


_waiting = Statement("vault", "waiting_texts", _Waiting)
_end = Command("vault", "end_text")


def waiting() -> list[OwnText]:
    """
    What has to be sent, held until the transaction ends.

    :raises vault.files.Unopenable: altered, or sealed to another key.
    """
    return [_open(row) for row in _waiting.all(most=AT_ONCE)]


def _open(row: _Waiting) -> OwnText:
    content = files.unseal(folder=settings.HOME.keys, name=visiting.name_of(row.id), sealed=bytes(row.sealed))
    said = json.loads(content)
    return OwnText(id=row.id, number=said["number"], code=said["code"], words=said["words"], number_hash=said.get("hash", ""))


def end(*, text_id: UUID, state: str, now: datetime) -> None:
    """`sent`, `not_taken` by the gateway, or `no_gateway` where there is none."""
    _end.run(id=text_id, state=state, now=now)
