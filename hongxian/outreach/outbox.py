"""
The loopback outbox: where the system's own texts go while no gateway is set up, in the demo only.

A file a text in HOME/outbox, readable by this account only; the portal's demo page shows the newest. Nothing leaves the
machine. Without a gateway and outside the demo a text is given up, and says so in its state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from hongxian.vault import texts

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


def send_waiting(*, now: datetime) -> int:
    """Hands over what waits; how many texts left. May be repeated at any moment."""
    with transaction.atomic():
        waiting = texts.waiting()
        for text in waiting:
            if settings.DEMO:
                _put(text, now)
            texts.end(text_id=text.id, state="sent" if settings.DEMO else "no_gateway", now=now)
    return len(waiting) if settings.DEMO else 0


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


def _put(text: texts.OwnText, now: datetime) -> None:
    folder: Path = settings.HOME.outbox
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / f".{text.id}.new"
    draft.touch(mode=0o600)
    said = {"at": now.isoformat(), "number": text.number, "code": text.code, "words": text.words, "hash": text.number_hash}
    draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / f"{int(now.timestamp() * 1_000_000)}-{text.id}.json")
    forget()


def _files() -> list[Path]:
    folder: Path = settings.HOME.outbox
    return sorted(folder.glob("*.json")) if folder.is_dir() else []
