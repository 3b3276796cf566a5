"""Notes on a member: sealed the moment they are written; who writes one cannot read it back without a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.conf import settings

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.sql import Command, Statement
from hongxian.vault.sealing import Sealer

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note without its text."""

    envelope_id: Annotated[int, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    sealed_at: Annotated[datetime, PLAIN]


_add = Command("vault", "add_note")
_notes = Statement("vault", "notes_of", NoteRow, brief=True)


def add_note(*, by: Actor, city_id: int, member_id: int, text: str, now: datetime) -> None:
    """Seals a note of at most 2,000 characters; the caller has decided that this person may write it."""
    sealed = Sealer(settings.HOME.keys).seal(member_id, {"note": text[:LONGEST_NOTE]})
    _add.run(
        city_id=city_id,
        member_id=member_id,
        note=sealed.fields["note"],
        staff_id=by.staff_id,
        now=now,
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
    )


def notes_of(*, city_id: int, member_id: int) -> list[NoteRow]:
    """The newest 50 notes, without their texts."""
    return _notes.all(city_id=city_id, member_id=member_id)
