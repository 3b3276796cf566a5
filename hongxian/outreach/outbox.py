"""
The outbox of the demo: what the stand-in gateway would have sent, codes and texts alike.

A file a text in HOME/outbox, readable by this account only; the portal's demo page shows the newest. Nothing leaves the
machine. Codes leave through outreach/codes.py.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

KEPT = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A text that would have been sent."""

    at: datetime
    number: str
    code: str
    words: str


def keep(*, number: str, words: str, now: datetime, code: str = "", number_hash: str = "") -> None:
    """Puts a text into the outbox, as a whole or not at all."""
    folder: Path = settings.HOME.outbox
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{int(now.timestamp() * 1_000_000)}-{secrets.token_hex(4)}"
    draft = folder / f".{name}.new"
    draft.touch(mode=0o600)
    said = {"at": now.isoformat(), "number": number, "code": code, "words": words, "hash": number_hash}
    draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / f"{name}.json")
    forget()


def newest(most: int = 10) -> list[Sent]:
    """The newest texts first; none outside the demo."""
    if not settings.DEMO:
        return []
    said = [json.loads(file.read_text(encoding="utf-8")) for file in _files()[-most:]]
    return [Sent(datetime.fromisoformat(each["at"]), each["number"], each["code"], each["words"]) for each in reversed(said)]


def demo_number() -> str:
    """The made-up number with which to look at the portal in the demo, as people write it; empty where there is none."""
    try:
        number = str(json.loads((settings.HOME.path / "demo-member.json").read_text(encoding="utf-8"))["number"])
    except (OSError, ValueError, KeyError):
        return ""
    return number.removeprefix("+86") if settings.DEMO else ""


def forget(number_hashes: Collection[bytes] = ()) -> None:
    """Removes the texts to these numbers; all but the newest hundred in any case."""
    for file in _files()[:-KEPT]:
        file.unlink(missing_ok=True)
    wanted = {each.hex() for each in number_hashes}
    for file in _files() if wanted else ():
        if json.loads(file.read_text(encoding="utf-8")).get("hash") in wanted:
            file.unlink(missing_ok=True)


def _files() -> list[Path]:
    folder: Path = settings.HOME.outbox
    return sorted(folder.glob("*.json")) if folder.is_dir() else []
