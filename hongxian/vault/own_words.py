"""
A member's own words: what they wrote on the dating site, and copies of it that they push to their consultant.

Sealed at once by the portal under a field's name of their own, so that a letter never opens as something pushed. The other
half is the keeper's: it opens letters for their writer, against a visit, and what was pushed for the one person to whom it
was pushed, against a living ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from hongxian.vault.sealing import Opener, Sealer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from threading import Lock

    Run = Callable[..., list[tuple[Any, ...]]]

SENT = "own_sent"
# kind of a push to the field under which it is sealed, and which a trace must name to see it.
PUSHED = {"message": "pushed_message", "card": "preference_card"}
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True, repr=False)
class SealedText:
    """A text that only the keeper can open."""

    kek_id: int
    wrapped: bytes
    sealed: bytes


def seal(*, field: str, texts: Sequence[tuple[int, str]]) -> list[SealedText]:
    """
    Seals each (member, text) under a key of its own; a batch shares one exchange.

    :raises vault.keys.KeysMissing: before the first set-up.
    """
    sealer = Sealer(settings.HOME.keys)
    sealed = [sealer.seal(member_id, {field: text}) for member_id, text in texts]
    return [SealedText(each.kek_id, each.wrapped, each.fields[field]) for each in sealed]


@dataclass(frozen=True, slots=True)
class Words:
    """The keeper's half, on a connection of the keeper's; whoever calls has checked the trace, the visit or the ground."""

    opener: Opener
    opening: Lock

    def sent(self, run: Run, *, city_id: int, member_id: int, ids: list[int]) -> dict[str, str]:
        """The writer's own letters, by number."""
        rows = run("keeper_sent", city_id=city_id, member_id=member_id, ids=ids)
        return {str(number): self._open(member_id, SENT, *sealed) for number, *sealed in rows}

    def pushed(
        self, run: Run, *, city_id: int, member_id: int, staff_id: int, fields: Sequence[str], now: datetime
    ) -> list[list[Any]]:
        """What was pushed to this person and runs: number, kind, when, until, text. Only kinds whose field is named."""
        kinds = [kind for kind, field in PUSHED.items() if field in fields]
        rows = run("keeper_pushed", city_id=city_id, member_id=member_id, staff_id=staff_id, kinds=kinds, now=now)
        return [
            [number, kind, at.isoformat(), until.isoformat(), self._open(member_id, PUSHED[kind], *sealed)]
            for number, kind, at, until, *sealed in rows
        ]

    def _open(self, member_id: int, field: str, kek_id: int, wrapped: bytes, sealed: bytes) -> str:
        with self.opening:
            return self.opener.open(member_id, kek_id, bytes(wrapped), {field: bytes(sealed)})[field]
