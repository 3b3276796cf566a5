"""Looking for what should be gone: known values, in every way they could be written, in every table and every file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Haystack = dict[str, bytes]
CHARSETS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def written(value: str) -> dict[str, bytes]:
    """A value in every encoding we look for; hexadecimal and percent signs in both cases."""
    found: dict[str, bytes] = {}
    for charset in CHARSETS:
        raw = value.encode(charset)
        found[charset] = raw
        found[f"hex of {charset}"] = raw.hex().encode()
        found[f"HEX of {charset}"] = raw.hex().upper().encode()
        for shift in range(3):
            found[f"base64 of {charset}, {shift}"] = _base64(raw, shift)
    found["json"] = json.dumps(value)[1:-1].encode()
    found["JSON"] = json.dumps(value)[1:-1].upper().replace("\\U", "\\u").encode()
    found["percent"] = quote(value, safe="").encode()
    found["percent, lower"] = quote(value, safe="").lower().encode()
    return found


def _base64(raw: bytes, shift: int) -> bytes:
    """What of the value's base64 is the same whatever stands around it, when it begins at this place of a group of three."""
    text = base64.b64encode(bytes(shift) + raw)
    first = (0, 2, 3)[shift]
    whole = (shift + len(raw)) // 3 * 4
    return text[first:whole]


def digests(number: str) -> dict[str, bytes]:
    """Plain hashes of a number: all Chinese mobile numbers can be hashed in an hour."""
    found = {}
    for spelling in spellings(number):
        for name in ("sha256", "sha1", "md5"):
            digest = hashlib.new(name, spelling.encode()).digest()
            found[f"{name} of {spelling}"] = digest
            found[f"hex {name} of {spelling}"] = digest.hex().encode()
            found[f"base64 {name} of {spelling}"] = base64.b64encode(digest)[:-4]
    return found


def spellings(number: str) -> list[str]:
    """A number as people write it."""
    n = number[3:]
    parts = (n[:3], n[3:7], n[7:])
    return [number, f"86{n}", f"0086{n}", n, " ".join(parts), "-".join(parts), n.translate(WIDE)]


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def needles(values: dict[str, str], number: str) -> dict[str, bytes]:
    """Everything to look for, by what it is."""
    found = {f"{what}: {way}": raw for what, value in values.items() for way, raw in written(value).items()}
    for spelling in spellings(number):
        found |= {f"number {spelling}: {way}": raw for way, raw in written(spelling).items()}
    return {what: raw for what, raw in (found | digests(number)).items() if len(raw) >= 6}


def hits(looked_for: dict[str, bytes], haystack: Haystack) -> list[str]:
    """Which values are where."""
    return sorted(f"{place}: {what}" for place, content in haystack.items() for what, raw in looked_for.items() if raw in content)


def tables(rows: Callable[[str], Iterable[tuple[Any, ...]]]) -> Haystack:
    """Every row of every table, as text and, where it is bytes, as it is; partitions are seen through their parents."""
    found: Haystack = {}
    names = rows(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND NOT c.relispartition"
    )
    for (name,) in list(names):
        content = bytearray()
        for row in rows(f'SELECT * FROM "{name}"'):
            for value in row:
                content += b"\x00" + _bytes(value)
        found[name] = bytes(content)
    return found


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, list | tuple):
        return b"\x00".join(_bytes(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode()


def files(home: Path, *, without: Iterable[str]) -> Haystack:
    """Every file of a home but those folders; what is packed is unpacked."""
    found: Haystack = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.relative_to(home).parts[0] not in set(without):
            raw = path.read_bytes()
            found[str(path.relative_to(home))] = raw + str(path.name).encode()
            found |= {f"{path.name}/{name}": inner for name, inner in _unpacked(raw)}
    return found


def _unpacked(raw: bytes) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
