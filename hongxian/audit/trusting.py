"""
Which signatures count.

Trust begins with one key: that of the kept checkpoint, or those in the installation's folder. A key that a trusted one named
as its successor, in a checkpoint that it signed, is trusted too. Of what was signed before the kept checkpoint the signatures
of former keys, which it names, count as well: those rows are tied to the kept checkpoint anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hongxian.audit import checkpoints, notes
from hongxian.audit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime


@dataclass(slots=True)
class _Said:
    checkpoint: checkpoints.Checkpoint
    note: notes.Note


@dataclass(slots=True)
class Signatures:
    """Every checkpoint in the database, judged."""

    findings: list[Finding] = field(default_factory=list)
    roots: dict[int, set[bytes]] = field(default_factory=dict)
    count: int = 0
    newest_at: datetime | None = None

    def roots_at(self, size: int) -> Iterable[bytes]:
        """What was signed for the tree of this size."""
        return self.roots.get(size, ())


def judge(
    stored: Iterable[checkpoints.Stored],
    *,
    origin: str,
    keys: Sequence[notes.Key],
    former: Sequence[notes.Key] = (),
    until: int = 0,
) -> Signatures:
    """Reads the checkpoints in the order in which they were made; `former` keys count up to the size `until`."""
    found, trusted = Signatures(), list(keys)
    for each in stored:
        found.count += 1
        one = _read(each)
        if one is None or one.checkpoint.origin != origin:
            found.findings.append(_finding("checkpoint" if one is None else "other_log", each.size, each.at))
            continue
        said = one.checkpoint
        found.roots.setdefault(said.size, set()).add(said.root)
        found.newest_at = said.at
        if one.note.signer(trusted):
            trusted += _next_key(one)
        elif said.size > until or one.note.signer(list(former)) is None:
            found.findings.append(_finding("unknown_key", said.size, said.at))
    return found


def _read(stored: checkpoints.Stored) -> _Said | None:
    """None when it can't be read, or its columns are not what was signed."""
    try:
        note = notes.parse(stored.note)
        checkpoint = checkpoints.parse(note.text)
    except notes.NotANote:
        return None
    same = (checkpoint.size, checkpoint.root) == (stored.size, bytes(stored.root))
    return _Said(checkpoint, note) if same and stored.at.replace(microsecond=0) == checkpoint.at else None


def _next_key(said: _Said) -> Iterator[notes.Key]:
    if said.checkpoint.next_key:
        try:
            yield notes.Key.parse(said.checkpoint.next_key)
        except notes.NotANote:
            return


def _finding(kind: str, size: int, at: datetime) -> Finding:
    return Finding(kind, None, None, at, None, {"size": size})
