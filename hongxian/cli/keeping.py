"""
The checkpoints that the worker keeps in the home: the newest, and the last one of each day.

Before the newest is written over, the log must still begin with what it says. A log that does not was cut, rewritten or
restored from a backup: then the file stays as it is, for it is the evidence, and an error goes to the log of the process.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from hongxian.audit import checkpoints, exporting, tiles, tree
from hongxian.kernel.clock import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

log = logging.getLogger("hongxian.cli")
DAYS_KEPT = 60
SHORTEST = 10.0
SHARE = 50  # writing takes at most one part in so many of the time: a long log is written less often


class Contradiction(Exception):
    """The log no longer begins with what was signed and kept."""


@dataclass(slots=True)
class Keeper:
    """Keeps the folder; one for a process."""

    folder: Path
    kept: checkpoints.Checkpoint | None = None
    told: bool = False
    due: float = 0.0
    _read: bool = field(default=False, init=False)

    def keep_if_due(self, *, keys: Sequence[Ed25519PrivateKey], now: datetime) -> bool:
        """Writes the newest state when the tree has grown and it is time; whether it did."""
        if time.monotonic() < self.due:
            return False
        try:
            self._learn()
            grown = self._grown()
        except (Contradiction, exporting.Unusable):
            if not self.told:
                log.exception("the log contradicts the kept checkpoint", extra={"code": "log_contradicts_checkpoint"})
            self.told, self.due = True, time.monotonic() + SHORTEST
            return False
        begun = time.monotonic()
        if grown:
            self._write(exporting.export(keys=keys, now=now), now)
        self.told, self.due = False, time.monotonic() + max(SHORTEST, SHARE * (time.monotonic() - begun))
        return grown

    def _learn(self) -> None:
        if self._read:
            return
        file = self.folder / exporting.NEWEST
        if file.exists():
            self.kept = exporting.read(file).checkpoint
        self._read = True

    def _grown(self) -> bool:
        """:raises Contradiction: see there."""
        here = checkpoints.head()
        if self.kept is None:
            return here.size > 0
        if here.origin != self.kept.origin or here.size < self.kept.size:
            raise Contradiction
        if tree.root(tiles.StoredTiles(), self.kept.size) != self.kept.root:
            raise Contradiction
        return here.size > self.kept.size

    def _write(self, kept: exporting.Kept, now: datetime) -> None:
        draft = self.folder / f".{exporting.NEWEST}"
        with draft.open("w", encoding="utf-8") as out:
            out.write(kept.dumps())
            out.flush()
            os.fsync(out.fileno())
        daily = self.folder / f".{day_of(now)}"
        shutil.copyfile(draft, daily)
        daily.replace(self.folder / f"{day_of(now)}.checkpoint")
        draft.replace(self.folder / exporting.NEWEST)
        self.kept = kept.checkpoint
        for old in sorted(self.folder.glob("2*.checkpoint"))[:-DAYS_KEPT]:
            old.unlink()
