"""
Proof files: leaves with the paths that lead from them to a signed root, for whoever wants to check without asking us.

A file about one member carries that member's salt, so that the commitments in the leaves can be seen to be theirs, and says
whether it claims to hold all of the member's leaves. Read by tools/verify_log.py.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from hongxian.audit import checkpoints, leaves, notes, tiles, tree
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import PACKAGE, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

# The program that reads them: shipped beside the package, and handed to whoever asks.
VERIFIER = PACKAGE.parent / "tools" / "verify_log.py"
FORMAT = "hongxian proof 1"
CONSISTENCY = "hongxian consistency 1"


@dataclass(frozen=True, slots=True)
class Line:
    """A leaf of one member with its trace."""

    index: int
    number: int
    commitment: bytes | None
    city_id: int
    at: datetime
    id: int
    staff_id: int
    role: str
    store_id: int | None
    process: str
    action: str
    purpose: str
    ground: str
    fields: list[str | None]
    outcome: str
    reason: str
    permit_id: int | None

    def text(self) -> str:
        """What was sealed."""
        trace = leaves.Trace(
            self.city_id, self.at, self.id, self.staff_id, self.role, self.store_id, self.process, self.action, self.purpose,
            self.ground, self.fields, self.outcome, self.reason, self.permit_id,
        )  # fmt: skip
        return leaves.text(trace, commitment=self.commitment, number=self.number)


@dataclass(frozen=True, slots=True)
class Signed:
    """The checkpoint under which something is proved, and the keys that may have signed it."""

    size: int
    note: str
    keys: Sequence[notes.Key]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom the lines are about. `salt` is None for somebody erased."""

    city_id: int
    member_id: int
    salt: bytes | None


def proof(*, lines: Sequence[Line], whose: Whose, signed: Signed, stored: tree.Tiles, complete: bool) -> dict[str, Any]:
    """The file's content; lines that the checkpoint does not cover yet are left out, and then the file is not complete."""
    covered = [line for line in lines if line.index < signed.size]
    return {
        "format": FORMAT,
        "note": signed.note,
        "keys": [str(each) for each in signed.keys],
        "city": whose.city_id,
        "member": whose.member_id,
        "salt": whose.salt.hex() if whose.salt else None,
        "complete": complete and len(covered) == len(lines),
        "lines": [
            {"index": line.index, "leaf": line.text(), "path": _encoded(tree.inclusion(stored, line.index, signed.size))}
            for line in covered
        ],
    }


def _encoded(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in path]


_lines = Statement("audit", "lines_of", Line)


@dataclass(frozen=True, slots=True)
class _Salt:
    salt: bytes | None


_salt = Statement("audit", "salt_of", _Salt)


def of_member(*, city_id: int, member_id: int) -> dict[str, Any]:
    """
    Everything about one member, for whoever may read salts.

    :raises NotFound: no leaf is about this member, or none is signed for yet.
    """
    signed, salt = checkpoints.newest(), _salt.one(city_id=city_id, member_id=member_id)
    if signed is None or salt is None:
        raise NotFound
    lines = _lines.all(city_id=city_id, member_id=member_id)
    whose = Whose(city_id, member_id, bytes(salt.salt) if salt.salt else None)
    return proof(lines=lines, whose=whose, signed=under(signed), stored=tiles.StoredTiles(), complete=True)


class _Noted(Protocol):
    @property
    def size(self) -> int: ...

    @property
    def key(self) -> str: ...

    @property
    def note(self) -> str: ...


def under(stored: _Noted) -> Signed:
    """A checkpoint out of the database, with the key that signed it."""
    return Signed(stored.size, stored.note, [notes.Key.parse(stored.key)])


class Inconsistent(ValueError):
    """The log does not contain the one of the two checkpoints."""


def consistency(*, older: str, newer: str, keys: Sequence[notes.Key]) -> dict[str, Any]:
    """
    What shows that the tree of one signed note begins with that of another; read from the log as it stands.

    :raises Inconsistent: the log is too short for one of them.
    """
    old, new = (checkpoints.parse(notes.parse(each).text) for each in (older, newer))
    try:
        path = tree.consistency(tiles.StoredTiles(), old.size, new.size)
    except tree.OutOfTree as error:
        raise Inconsistent from error
    named = [str(each) for each in keys]
    return {"format": CONSISTENCY, "older": older, "newer": newer, "keys": named, "path": _encoded(path)}


def dumps(said: dict[str, Any]) -> str:
    """As a file."""
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
