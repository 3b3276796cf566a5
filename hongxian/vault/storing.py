"""Storing many people's sealed fields at once, for whoever brings people in. What goes in here comes out at the keeper only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.kernel.copying import Copy, reserve
from hongxian.kernel.sql import Statement
from hongxian.vault.sealing import Sealed, Sealer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FIELDS = ("alias", "name", "number", "wechat", "birth", "criteria", "remark")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sealed for one member; blank texts are left out, a letter of blanks only is not kept."""

    member_id: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Held:
    member_id: int
    held: list[str]


_held = Statement("vault", "held_fields", _Held)
_envelopes = Copy(
    "vault_envelope",
    {
        "city_id": "int4",
        "id": "int8",
        "member_id": "int8",
        "held": "text[]",
        "sealed_at": "timestamptz",
        **dict.fromkeys(FIELDS, "bytea"),
    },
)
_keys = Copy(
    "vault_datakey", {"city_id": "int4", "envelope_id": "int8", "member_id": "int8", "kek_id": "int2", "wrapped": "bytea"}
)


def store(*, city_id: int, letters: Sequence[Letter], now: datetime) -> None:
    """
    Seals each letter in an envelope of its own and stores it, in the surrounding transaction.

    :raises keys.KeysMissing: before the first set-up.
    """
    full = [letter for letter in letters if any(letter.texts.values())]
    if not full:
        return
    sealer = Sealer(settings.HOME.keys)
    sealed = [sealer.seal(letter.member_id, letter.texts) for letter in full]
    kept = list(zip(reserve("vault_envelope_id_seq", len(full)), full, sealed, strict=True))
    _envelopes.run(
        (city_id, number, letter.member_id, list(each.fields), now, *(each.fields.get(name) for name in FIELDS))
        for number, letter, each in kept
    )
    _keys.run((city_id, number, letter.member_id, each.kek_id, each.wrapped) for number, letter, each in kept)


def seal(*, member_id: int, texts: Mapping[str, str]) -> Sealed:
    """
    One letter, sealed, for whoever stores it through a window of their own. Who seals can't open.

    :raises keys.KeysMissing: before the first set-up.
    """
    return Sealer(settings.HOME.keys).seal(member_id, texts)


def held(*, city_id: int, member_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Which sealed fields each of these members has; those with none are absent."""
    rows = _held.all(city_id=city_id, member_ids=list(member_ids))
    return {row.member_id: frozenset(row.held) for row in rows}
