"""
The inspector's bundle: the rows of a span of days as text, and everything needed to check them without us.

    bundle.json      the signed checkpoint, and the subtrees to the left and right
    files.txt        the digest of every other file, signed
    rows.txt         the leaves, one after another, a blank line behind each
    hashes.bin       their hashes, 32 bytes each: so that a damaged byte is found in its row
    register.json    what the log's words mean: purposes, fields, cities, stores
    README.txt       how to check, in both languages
    verify_log.py    the program that checks; nothing but Python's own library

The archive is not compressed: a flipped byte stays where it is. Members stand in it as commitments; who is meant can be shown
for one member at a time by handing out that member's proof file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from hongxian.audit import checkpoints, leaves, notes, tiles, tree
from hongxian.audit.proving import VERIFIER
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "hongxian bundle 1"
AT_ONCE = 1 << 13
README = """\
红线 查看日志 · 检查用数据包
======================
rows.txt 是日志的原文，每条一段：谁（员工编号、角色、门店）、什么时候、为什么（用途、依据）、看了哪些字段、是否被拒绝。
会员以承诺值（哈希）出现；需要确认某条记录属于哪位会员时，公司可以出具该会员的证明文件。

离线核对（只需要 Python 3.8 以上，不需要联网）：
    python3 verify_log.py 本文件.zip
    python3 verify_log.py 本文件.zip --against 您另存的检查点文件
建议使用您从别处取得的 verify_log.py，而不是这里附带的一份。

hongxian access log: bundle for inspection
==========================================
rows.txt is the log itself, a paragraph each: who (staff number, role, store), when, why (purpose, ground), which fields, whether
it was denied. Members stand in it as commitments (hashes); whom a row is about, the company can show with that member's proof file.

To check it offline (Python 3.8 or later, no network):
    python3 verify_log.py THIS.zip
    python3 verify_log.py THIS.zip --against A-CHECKPOINT-THAT-YOU-KEPT
Better use a verify_log.py that you got elsewhere than the one in here.
"""


@dataclass(frozen=True, slots=True)
class _Span:
    begin: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class _Row:
    index: int
    number: int
    commitment: bytes | None
    hash: bytes
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


_span = Statement("audit", "span_of_days", _Span)
_rows = Statement("audit", "rows_between", _Row)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written: rows from `begin` to before `end`, proved under a tree of `size`."""

    begin: int
    end: int
    size: int


def write(
    out: BinaryIO,
    *,
    since: datetime,
    until: datetime,
    keys: Sequence[Ed25519PrivateKey],
    register: Mapping[str, Any],
    now: datetime,
) -> Bundle:
    """
    Writes the rows dated from `since` to before `until`, with what was sealed between them, under a fresh signature.

    :raises NotFound: there is no such row.
    """
    span, here = _span.one(since=since, until=until), checkpoints.head()
    if span is None or span.begin is None or span.end is None:
        raise NotFound
    stored = tiles.StoredTiles()
    begin, end = span.begin, min(span.end, here.size)
    said = checkpoints.Checkpoint(here.origin, here.size, tree.root(stored, here.size), now)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        listed = _write_rows(archive, begin, end)
        others = {"register.json": _json(register), "README.txt": README.encode(), "verify_log.py": VERIFIER.read_bytes()}
        left, right = _around(stored, begin, end, here.size)
        others["bundle.json"] = _json(
            {
                "format": FORMAT,
                "note": said.sign(keys[-1]),
                "keys": [str(notes.key_of(each, name=here.origin)) for each in keys],
                "since": since.isoformat(),
                "until": until.isoformat(),
                "begin": begin,
                "end": end,
                "left": _encoded(left),
                "right": _encoded(right),
            }
        )
        for name, content in others.items():
            archive.writestr(name, content)
            listed[name] = hashlib.sha256(content).hexdigest()
        files = "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
        archive.writestr("files.txt", notes.sign(files, name=here.origin, private=keys[-1]))
    return Bundle(begin, end, here.size)


def _write_rows(archive: zipfile.ZipFile, begin: int, end: int) -> dict[str, str]:
    """The rows and their hashes; the digest of each file."""
    texts, hashes = hashlib.sha256(), bytearray()
    with archive.open("rows.txt", "w", force_zip64=True) as out:
        for row in _between(begin, end):
            text = f"{_text(row)}\n".encode()
            texts.update(text)
            out.write(text)
            hashes += row.hash
    archive.writestr("hashes.bin", bytes(hashes))
    return {"rows.txt": texts.hexdigest(), "hashes.bin": hashlib.sha256(hashes).hexdigest()}


def _between(begin: int, end: int) -> Iterator[_Row]:
    for first in range(begin, end, AT_ONCE):
        yield from _rows.all(begin=first, end=min(first + AT_ONCE, end))


def _text(row: _Row) -> str:
    trace = leaves.Trace(
        row.city_id, row.at, row.id, row.staff_id, row.role, row.store_id, row.process, row.action, row.purpose, row.ground,
        row.fields, row.outcome, row.reason, row.permit_id,
    )  # fmt: skip
    return leaves.text(trace, commitment=row.commitment, number=row.number)


def _around(stored: tree.Tiles, begin: int, end: int, size: int) -> tuple[list[bytes], list[bytes]]:
    """The subtrees left and right of a range, as RFC 9162 cuts the tree, each in the order in which they stand."""
    left: list[bytes] = []
    right: list[bytes] = []

    def cut(low: int, high: int) -> None:
        if high <= begin or low >= end:
            (left if high <= begin else right).append(tree.range_hash(stored, low, high))
        elif low < begin or high > end:
            middle = low + tree.split_point(high - low)
            cut(low, middle)
            cut(middle, high)

    cut(0, size)
    return left, right


def _encoded(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]


def _json(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
