r"""
What a leaf says: one trace about one member, as lines of text that a person can read and any program can hash.

    hongxian trace 1
    city=3
    at=2026-12-03T06:05:11.120000Z
    trace=48120
    member=<64 hex digits, or - for a trace about nobody>
    number=17
    staff=12
    …

A line break in a value is written \n, a backslash \\; between the fields stand commas. The member stands there as a
commitment: SHA-256 of the member's own salt and "city/member/number". Whoever has the salt can show who is meant; once it is
erased, nobody can. `number` counts this member's leaves from 1, so a list of them without a gap is complete.

sealing builds the same text in SQL (sql/seal.sql); this is how it is checked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from hongxian.audit.tree import leaf_hash

FIRST_LINE = "hongxian trace 1"
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """A row of the record, as far as a leaf speaks of it."""

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


def text(trace: Trace, *, commitment: bytes | None, number: int) -> str:
    """The leaf of this trace for the member behind the commitment; None for a trace about nobody."""
    head, tail = halves(trace)
    return f"{head}\nmember={commitment.hex() if commitment else '-'}\nnumber={number}{tail}"


def halves(trace: Trace) -> tuple[str, str]:
    """What stands before the member and after the number; the same for all members of a list."""
    at = trace.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    head = f"{FIRST_LINE}\ncity={trace.city_id}\nat={at}Z\ntrace={trace.id}"
    tail = (
        f"\nstaff={trace.staff_id}\nrole={_line(trace.role)}\nstore={_blank(trace.store_id)}\nprocess={_line(trace.process)}"
        f"\naction={_line(trace.action)}\npurpose={_line(trace.purpose)}\nground={_line(trace.ground)}"
        f"\nfields={','.join(map(_field, trace.fields))}\noutcome={_line(trace.outcome)}\nreason={_line(trace.reason)}"
        f"\npermit={_blank(trace.permit_id)}\n"
    )
    return head, tail


def _line(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n") if "\\" in value or "\n" in value else value


def _field(name: str | None) -> str:
    if name is None:
        return "\\0"
    return _line(name).replace(",", "\\,") if name else "\\e"


def _blank(value: int | None) -> str:
    return "" if value is None else str(value)


def hash_of(leaf: str) -> bytes:
    """The leaf's hash in the tree."""
    return leaf_hash(leaf.encode())


def commitment_of(*, salt: bytes, city_id: int, member_id: int, number: int) -> bytes:
    """What stands in a leaf for its member."""
    return hashlib.sha256(salt + f"{city_id}/{member_id}/{number}".encode()).digest()
