"""
Checkpoints: signed statements of the log's size and root, as in C2SP's tlog-checkpoint.

    hongxian/3f5a9c0d1e2b4a67
    48120
    base64 of the root
    at 2026-12-03T06:05:11Z
    — hongxian/3f5a9c0d1e2b4a67 …

After the root come lines of our own: `at` always; `next-key` when a new key takes over, signed by the old one; `rows`, the
digest of what an exported file says about single rows.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import notes, tiles, tree
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EVERY = timedelta(seconds=2)
LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says. `next_key` and `rows` are empty where it says nothing of them."""

    origin: str
    size: int
    root: bytes
    at: datetime
    next_key: str = ""
    rows: str = ""

    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(self.root).decode()
        lines = [self.origin, str(self.size), root, f"at {self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
        lines += [f"next-key {self.next_key}"] if self.next_key else []
        lines += [f"rows {self.rows}"] if self.rows else []
        return "\n".join(lines) + "\n"

    def sign(self, private: Ed25519PrivateKey) -> str:
        """The note."""
        return notes.sign(self.text(), name=self.origin, private=private)


def parse(text: str) -> Checkpoint:
    """:raises notes.NotANote: it is no checkpoint."""
    lines = text.removesuffix("\n").split("\n")
    try:
        origin, size, root = lines[:LINES]
        more = dict(line.split(" ", 1) for line in lines[LINES:])
        at = datetime.strptime(more["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        found = Checkpoint(
            origin, int(size), base64.b64decode(root, validate=True), at, more.get("next-key", ""), more.get("rows", "")
        )
    except (ValueError, KeyError, binascii.Error) as error:
        raise notes.NotANote("not a checkpoint") from error
    if found.text() != text:  # one way to write it, so that nothing rides along unread
        raise notes.NotANote("not a checkpoint")
    return found


@dataclass(frozen=True, slots=True)
class Stored:
    """A checkpoint in the database."""

    size: int
    root: bytes
    at: datetime
    key: str
    note: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stands."""

    origin: str
    size: int
    low: int


_newest = Statement("audit", "newest_checkpoint", Stored)
_add = Command("audit", "add_checkpoint")
_head = Statement("audit", "head", Head)


def key(origin: str, public: bytes) -> notes.Key:
    """A key of this log: it signs under the log's name."""
    return notes.Key(origin, public)


def newest() -> Stored | None:
    """The newest one; None before the first trace is sealed."""
    return _newest.one()


def head() -> Head:
    """The log's name, size, and the number up to which traces are sealed."""
    found = _head.one()
    if found is None:
        message = "audit_head has no row"
        raise RuntimeError(message)
    return found


def sign_if_due(*, private: Ed25519PrivateKey, now: datetime, every: timedelta = EVERY) -> Stored | None:
    """A new checkpoint, when the tree has grown and the last one is old enough; else None."""
    with transaction.atomic():
        here, last = head(), newest()
        if here.size == (last.size if last else 0) or (last and now - last.at < every and now >= last.at):
            return None
        return _sign(here, private=private, now=now)


def rotate(*, old: Ed25519PrivateKey, new: Ed25519PrivateKey, now: datetime) -> Stored:
    """The checkpoint in which the old key names its successor. Whoever trusts the old one may trust the new one from here on."""
    with transaction.atomic():
        here = head()
        name = notes.key_of(new, name=here.origin)
        return _sign(here, private=old, now=now, next_key=str(name))


def _sign(here: Head, *, private: Ed25519PrivateKey, now: datetime, next_key: str = "") -> Stored:
    said = Checkpoint(here.origin, here.size, tree.root(tiles.StoredTiles(), here.size), now, next_key)
    key = notes.key_of(private, name=here.origin)
    stored = Stored(size=here.size, root=said.root, at=now, key=str(key), note=said.sign(private))
    _add.run(size=stored.size, root=stored.root, at=stored.at, key=stored.key, note=stored.note)
    return stored
