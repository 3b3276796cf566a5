"""
A checkpoint as a file that can be kept elsewhere: the signed note, and enough of the tree to say *which* row was touched.

The roots of all complete tiles and the hashes of the last, incomplete one lead to the signed root, so they need no signature
of their own. Of every leaf there are the first four bytes of its hash; their digest is signed. With them a row that was
altered is named even when whoever owns the database has computed every hash anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hongxian.audit import checkpoints, notes, tiles, tree
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "hongxian checkpoint file 1"
FINGERPRINT = 4
NEWEST = "newest.checkpoint"  # in the home's folder of checkpoints
AT_ONCE = 1 << 16


class Unusable(ValueError):
    """The file is no checkpoint file, or was damaged since it was written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint file that has been read and holds together. `rows` is empty where the file was written without rows."""

    checkpoint: checkpoints.Checkpoint
    note: str
    key: notes.Key
    former: tuple[notes.Key, ...]
    tiles: bytes
    edge: bytes
    rows: bytes

    def dumps(self) -> str:
        """The file's text."""
        said = {"format": FORMAT, "note": self.note, "key": str(self.key), "former": " ".join(map(str, self.former))}
        parts = {"tiles": self.tiles, "edge": self.edge} | ({"rows": self.rows} if self.checkpoint.rows else {})
        return json.dumps(said | {name: base64.b64encode(part).decode() for name, part in parts.items()}, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class _Prints:
    prints: bytes


_fingerprints = Statement("audit", "fingerprints", _Prints)


def of_stored(stored: checkpoints.Stored) -> Kept:
    """A checkpoint out of the database with its part of the tree, under the signature that it has: so without rows."""
    roots, edge = _tree(tiles.StoredTiles(), stored.size)
    said = checkpoints.parse(notes.parse(stored.note).text)
    return Kept(checkpoint=said, note=stored.note, key=notes.Key.parse(stored.key), former=(), tiles=roots, edge=edge, rows=b"")


def _tree(stored: tree.Tiles, size: int) -> tuple[bytes, bytes]:
    """The roots of all complete tiles, and the hashes of the last, incomplete one."""
    whole, part = divmod(size, tree.TILE)
    roots = b"".join(stored.tile(1, number) for number in range(-(-whole // tree.TILE)))[: whole * tree.HASH]
    return roots, stored.tile(0, whole)[: part * tree.HASH] if part else b""


def export(*, keys: Sequence[Ed25519PrivateKey], now: datetime, rows: bool = True) -> Kept:
    """The log as it stands, under a fresh signature of the last of the keys; those before it signed earlier checkpoints."""
    here = checkpoints.head()
    stored = tiles.StoredTiles()
    said = checkpoints.Checkpoint(here.origin, here.size, tree.root(stored, here.size), now.replace(microsecond=0))
    prints = b""
    if rows:
        prints = b"".join(_prints(begin, min(begin + AT_ONCE, here.size)) for begin in range(0, here.size, AT_ONCE))
        said = replace(said, rows=_digest(prints))
    roots, edge = _tree(stored, here.size)
    return Kept(
        checkpoint=said,
        note=said.sign(keys[-1]),
        key=notes.key_of(keys[-1], name=here.origin),
        former=tuple(notes.key_of(each, name=here.origin) for each in keys[:-1]),
        tiles=roots,
        edge=edge,
        rows=prints,
    )


def _prints(begin: int, end: int) -> bytes:
    found = _fingerprints.one(begin=begin, end=end)
    return bytes(found.prints) if found else b""


def _digest(prints: bytes) -> str:
    return base64.b64encode(hashlib.sha256(prints).digest()).decode()


def loads(text: str) -> Kept:
    """:raises Unusable: see there."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise Unusable("another format")
        key, note = notes.Key.parse(said["key"]), notes.parse(said["note"])
        parts = {name: base64.b64decode(said.get(name, ""), validate=True) for name in ("tiles", "edge", "rows")}
        former = tuple(map(notes.Key.parse, said["former"].split()))
        kept = Kept(checkpoint=checkpoints.parse(note.text), note=said["note"], key=key, former=former, **parts)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Unusable("not a checkpoint file") from error
    if note.signer([key]) is None:
        raise Unusable("the signature does not hold")
    if not _leads_to_root(kept):
        raise Unusable("the hashes do not lead to the signed root")
    if kept.checkpoint.rows and (
        _digest(kept.rows) != kept.checkpoint.rows or len(kept.rows) != kept.checkpoint.size * FINGERPRINT
    ):
        raise Unusable("the rows are not those that were signed")
    return kept


def _leads_to_root(kept: Kept) -> bool:
    whole, part = divmod(kept.checkpoint.size, tree.TILE)
    if (len(kept.tiles), len(kept.edge)) != (whole * tree.HASH, part * tree.HASH):
        return False
    rest = [tree.root_of(tree.split(kept.edge))] if part else []  # stands where one more whole tile would
    return kept.checkpoint.root == tree.root_of([*tree.split(kept.tiles), *rest])


def read(file: Path) -> Kept:
    """:raises Unusable: it can't be read, or see there."""
    try:
        return loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable("the file can't be read") from error
