"""
The outbox of the demo: what the stand-in gateway would have sent, codes and texts alike.

A file a batch in HOME/outbox, readable by this account only; the portal's demo page shows the newest. Nothing leaves the
machine. Codes leave through outreach/codes.py. A new file costs a millisecond in many a container, as much as all else that
is done for a text: so a batch shares one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

KEPT = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A text that would have been sent."""

    at: datetime
    number: str
    code: str
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """A text to keep."""

    number: str
    words: str
    code: str = ""
    number_hash: str = ""


def keep(texts: Sequence[Text], *, now: datetime) -> None:
    """Puts a batch into the outbox, as a whole or not at all."""
    if not texts:
        return
    folder: Path = settings.HOME.outbox
    folder.mkdir(mode=0o700, exist_ok=True)
    said = [
        {"at": now.isoformat(), "number": text.number, "code": text.code, "words": text.words, "hash": text.number_hash}
        for text in texts
    ]
    name = f"{int(now.timestamp() * 1_000_000)}-{secrets.token_hex(4)}-{len(texts)}.json"
    _write(folder / name, said)
    forget()


def newest(most: int = 10) -> list[Sent]:
    """The newest texts first; none outside the demo."""
    if not settings.DEMO:
        return []
    said: list[dict[str, str]] = []
    for file in reversed(_files()):
        if len(said) >= most:
            break
        said += reversed(_read(file))
    return [Sent(datetime.fromisoformat(each["at"]), each["number"], each["code"], each["words"]) for each in said[:most]]


def demo_number() -> str:
    """The made-up number with which to look at the portal in the demo, as people write it; empty where there is none."""
    try:
        number = str(json.loads((settings.HOME.path / "demo-member.json").read_text(encoding="utf-8"))["number"])
    except (OSError, ValueError, KeyError):
        return ""
    return number.removeprefix("+86") if settings.DEMO else ""


def forget(number_hashes: Collection[bytes] = ()) -> None:
    """Removes the texts to these numbers; in any case those that are older than the newest hundred."""
    newer = 0
    for file in reversed(_files()):
        if newer >= KEPT:
            file.unlink(missing_ok=True)
        newer += int(file.stem.rpartition("-")[2])
    wanted = {each.hex() for each in number_hashes}
    for file in _files() if wanted else ():
        said = _read(file)
        left = [each for each in said if each.get("hash") not in wanted]
        if not left:
            file.unlink(missing_ok=True)
        elif len(left) < len(said):
            _write(file, left)


def _write(file: Path, said: list[dict[str, str]]) -> None:
    draft = file.with_name(f".{file.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


def _read(file: Path) -> list[dict[str, str]]:
    """What is in a file; nothing in one that has just gone."""
    try:
        said: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return said


def _files() -> list[Path]:
    """The oldest first."""
    folder: Path = settings.HOME.outbox
    return sorted(folder.glob("[0-9]*.json")) if folder.is_dir() else []
