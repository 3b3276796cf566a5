"""
The latest time that the keeper has seen (最近时刻), over its own end: a clock that was set back gives no number away.

Hours of contact are over by the clock alone; set back an hour at half past nine in the evening, it would open them again. So no
number leaves for a call or a text while the clock lies more than a minute behind the latest time that was seen; reading goes on.
It is kept in a file. Where the clock had been wrong before it was set back, that is, ran ahead, take the file away and start the
keeper anew (docs/running/server.md).
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger("hongxian.keeper")
SLACK = timedelta(minutes=1)  # so much a clock is set right by its own time service, and by a leap second
KEPT_EVERY = timedelta(seconds=10)


class Lately:
    """Safe to use from many threads. A file that can't be written is no reason to give no numbers: the memory of it stays."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, Lock()
        self._seen = self._kept = _read(file)
        self._behind = False

    def went_back(self, now: datetime) -> bool:
        """Whether that is an earlier time than was seen already; remembers it otherwise."""
        with self._lock:
            behind = now < self._seen - SLACK
            if behind is not self._behind:
                about = {"behind_s": round((self._seen - now).total_seconds()), "code": "clock_went_back"}
                log.log(
                    logging.ERROR if behind else logging.INFO,
                    "the clock went back" if behind else "the clock is right again",
                    extra=about,
                )
            self._behind = behind
            if now > self._seen:
                self._seen = now
                if now - self._kept >= KEPT_EVERY:
                    self._keep(now)
            return behind

    def _keep(self, now: datetime) -> None:
        draft = self._file.with_suffix(".new")
        try:
            draft.write_text(now.isoformat(), encoding="ascii")
            os.replace(draft, self._file)  # noqa: PTH105 - whole or not at all
        except OSError:
            log.error("the latest time could not be kept", extra={"code": "clock_not_kept"})  # noqa: TRY400 - an address in it
        self._kept = now


def _read(file: Path) -> datetime:
    """What was kept; the beginning of time where nothing was, or nothing that can be read."""
    try:
        found = datetime.fromisoformat(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return datetime.min.replace(tzinfo=UTC) + SLACK
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
